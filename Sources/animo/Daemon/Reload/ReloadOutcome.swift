/// What became of a reload.
enum ReloadOutcome: Equatable, Sendable {
  /// The new settings are in force, but for those in `later`, which need a new start.
  case adopted(changes: [String], later: [String])
  /// The old settings are still in force, because of this.
  case refused(String)

  /// In one line.
  var text: String {
    switch self {
    case .adopted([], []): "nothing has changed"
    case .adopted(let changes, []): "changed " + changes.joined(separator: ", ")
    case .adopted([], let later): "nothing has changed; at the next start: " + later.joined(separator: ", ")
    case .adopted(let changes, let later):
      "changed " + changes.joined(separator: ", ") + "; at the next start: " + later.joined(separator: ", ")
    case .refused(let why): why
    }
  }
}
