internal import Statistics

// How counts stand in the ledger's tables: a row for each that is not 0, by what it counts and its name.
extension Counts {
  /// What the ledger calls the things that are counted.
  fileprivate enum Kind: String {
    /// Lines, by label.
    case labelled
    /// Sums of probabilities in millionths, by label.
    case probability
    /// Lines with nothing to judge.
    case unjudged
    /// Lines, by reason.
    case rejected
    /// Lines with nothing on them.
    case blank
    /// Lines left out for their language.
    case leftOut = "left_out"
    /// Files that were labelled.
    case files
    /// Files that were refused as a whole.
    case refusedFiles = "refused_files"
  }

  /// The columns kind, name and count of one row.
  struct Row {
    let values: [SQLValue]

    fileprivate init?(_ kind: Kind, _ name: String, _ count: Int) {
      guard count != 0 else { return nil }
      values = [.text(kind.rawValue), .text(name), .integer(count)]
    }
  }

  /// All counts but those that are 0.
  var rows: [Row] {
    let rows =
      zip(labels, labelled).map { Row(.labelled, $0, $1) }
      + zip(labels, probability).map { Row(.probability, $0, $1) }
      + zip(reasons, rejected).map { Row(.rejected, $0, $1) }
      + [
        Row(.unjudged, "", unjudged), Row(.blank, "", blank), Row(.leftOut, "", leftOut),
        Row(.files, "", files), Row(.refusedFiles, "", refusedFiles),
      ]
    return rows.compactMap(\.self)
  }

  /// Adds the count of one row; what a later version counts and this one does not know is left out.
  mutating func add(_ count: Int, _ kind: String, _ name: String) {
    switch Kind(rawValue: kind) {
    case .labelled:
      let place = place(ofLabel: name)
      labelled[place] += count
    case .probability:
      let place = place(ofLabel: name)
      probability[place] += count
    case .rejected:
      let place = place(ofReason: name)
      rejected[place] += count
    case .unjudged: unjudged += count
    case .blank: blank += count
    case .leftOut: leftOut += count
    case .files: files += count
    case .refusedFiles: refusedFiles += count
    case nil: break
    }
  }
}
