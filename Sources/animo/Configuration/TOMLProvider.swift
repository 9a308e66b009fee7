import Configuration

/// A TOML file as a source of settings for swift-configuration, which has providers for JSON and YAML.
///
/// A snapshot of the file as it was read; who wants it read again makes another one.
struct TOMLProvider: ConfigProvider, ConfigSnapshot {
  /// The file has another kind of value than was asked for.
  struct WrongKind: Error {}

  let document: TOMLDocument

  var providerName: String { "TOMLProvider[\(document.path)]" }

  func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
    let path = key.components.joined(separator: ".")
    guard let node = Self.node(at: key.components[...], in: document.root) else {
      return LookupResult(encodedKey: path, value: nil)
    }
    guard let content = node.content(as: type) else { throw WrongKind() }
    return LookupResult(encodedKey: path, value: ConfigValue(content, isSecret: false))
  }

  func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
    try value(forKey: key, type: type)
  }

  func snapshot() -> any ConfigSnapshot { self }

  func watchValue<Return: ~Copyable>(
    forKey key: AbsoluteConfigKey, type: ConfigType,
    updatesHandler: (ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws ->
      Return
  ) async throws -> Return {
    try await watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
  }

  func watchSnapshot<Return: ~Copyable>(
    updatesHandler: (ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
  ) async throws -> Return {
    try await watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
  }

  private static func node(at path: ArraySlice<String>, in table: [String: TOMLNode]) -> TOMLNode? {
    guard let key = path.first, let node = table[key] else { return nil }
    guard path.count > 1 else { return node }
    guard case .table(let members) = node else { return nil }
    return self.node(at: path.dropFirst(), in: members)
  }
}

extension TOMLNode {
  /// The value as what swift-configuration asks for; nil when it is something else.
  func content(as type: ConfigType) -> ConfigContent? {
    switch (self, type) {
    case (.text(let text), .string): .string(text)
    case (.integer(let integer), .int): .int(integer)
    case (.integer(let integer), .double): .double(Double(integer))
    case (.number(let number), .double): .double(number)
    case (.truth(let truth), .bool): .bool(truth)
    case (.array, .stringArray): nonEmptyTexts.map(ConfigContent.stringArray)
    default: nil
    }
  }
}
