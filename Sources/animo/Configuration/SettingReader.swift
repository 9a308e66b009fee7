import Configuration
import Synchronization

/// Reads settings by their names from all sources, and remembers where each came from.
///
/// At the end `finish` finds the names that nobody asked for.
struct SettingReader: StrictSettings {
  private let sources: SettingSources
  private let reader: ConfigReader
  private let lookups = Lookups()
  /// Where each setting that was asked for came from.
  private(set) var origins: [String: SettingOrigin] = [:]
  private var known: [String] = []

  init(_ sources: SettingSources) {
    self.sources = sources
    reader = ConfigReader(providers: sources.providers, accessReporter: lookups)
  }

  mutating func value<Value>(
    _ key: String, as kind: SettingKind, expected: String, _ read: (TOMLNode) -> Value?
  ) throws(SettingError) -> Value? {
    known.append(key)
    let node = reader.node(key, as: kind)
    guard let lookup = lookups.last, let provider = lookup.provider else {
      origins[key] = .standard
      return nil
    }
    let origin = sources.origin(key, provider: provider)
    origins[key] = origin
    guard let value = node.flatMap(read) else {
      throw SettingError(key, at: origin, expected: expected, found: found(key, at: origin, node))
    }
    return value
  }

  /// Says that all settings have been asked for.
  ///
  /// - Throws: when the file has another one.
  func finish() throws(SettingError) {
    guard let document = sources.document else { return }
    let unknown = document.root.keys.filter { !known.contains($0) }
    let first = unknown.min { line(of: $0) < line(of: $1) }
    guard let first else { return }
    throw SettingError(
      source: document.path, line: document.lines.line(of: first), key: first,
      expected: "a name that this file may have", found: "\"\(first)\"",
      remedy: NearestName.remedy(for: first, among: known))
  }

  /// Environment variables that begin as ours do and are none of ours, each with the likeliest that was meant.
  ///
  /// They are not errors: a cluster may set `ANIMO_PORT` and the like because it has a service of that name.
  var unknownVariables: [(name: String, nearest: String?)] {
    let names = known.map(SettingName.variable) + [SettingName.variable("config")]
    return sources.environment.keys.filter { !names.contains($0) }.sorted().map {
      ($0, NearestName.of($0, among: names))
    }
  }

  /// What to throw about a setting that has been asked for.
  func error(_ key: String, expected: String, found: String) -> SettingError {
    SettingError(key, at: origins[key] ?? .standard, expected: expected, found: found)
  }

  private func found(_ key: String, at origin: SettingOrigin, _ node: TOMLNode?) -> String {
    switch origin {
    case .variable(let name): "\"\(sources.environment[name] ?? "")\""
    case .file: sources.document?.root[key]?.kind ?? "nothing"
    case .flag, .standard: node?.kind ?? "nothing"
    }
  }

  private func line(of key: String) -> Int { sources.document?.lines.line(of: key) ?? Int.max }
}

/// Remembers which source answered last; swift-configuration tells it to its reporter and not to who asks.
private final class Lookups: AccessReporter {
  struct Lookup {
    /// The number of the source that has the setting; nil when none has.
    var provider: Int?
  }

  private let lookup = Mutex<Lookup?>(nil)

  var last: Lookup? { lookup.withLock { $0 } }

  func report(_ event: AccessEvent) {
    let answered =
      switch event.providerResults.last?.result {
      case .success(let result): result.value != nil
      case .failure: true
      case nil: false
      }
    lookup.withLock { $0 = Lookup(provider: answered ? event.providerResults.count - 1 : nil) }
  }
}

extension ConfigReader {
  /// The value of a setting from the strongest source that has it; nil when that one has something of another kind.
  fileprivate func node(_ key: String, as kind: SettingKind) -> TOMLNode? {
    let key = ConfigKey([key])
    return switch kind {
    case .truth: bool(forKey: key).map(TOMLNode.truth)
    case .integer: int(forKey: key).map(TOMLNode.integer)
    case .number: double(forKey: key).map(TOMLNode.number)
    case .text: string(forKey: key).map(TOMLNode.text)
    case .texts: stringArray(forKey: key).map { .array($0.map(TOMLNode.text)) }
    }
  }
}
