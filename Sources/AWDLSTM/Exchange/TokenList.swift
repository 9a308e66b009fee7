internal import JSON

/// The tokens of a foreign model by id: fastai's `itos`.
struct TokenList {
  let file: String
  let tokens: [String]

  /// Reads a JSON array of texts, or a text with a token a line; a text that begins with `[` is JSON.
  init(_ file: ModelFile) throws(ModelError) {
    self.file = file.name
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let first = file.bytes(in: 0..<min(file.byteCount, 4096)).first { !isSpace($0) }
    tokens = first == UInt8(ascii: "[") ? try Self.texts(of: file) : try file.lines()
  }

  private static func texts(of file: ModelFile) throws(ModelError) -> [String] {
    let value: JSONValue
    do {
      value = try JSONReader.read(file.bytes(in: 0..<file.byteCount), maximumValues: 1 << 22)
    } catch {
      throw ModelError(file: file.name, error)
    }
    var texts: [String] = []
    for element in value.array ?? [] {
      guard let text = element.string else {
        throw ModelError(
          file: file.name, place: "token \(texts.count)", expected: "a text", found: element.kind)
      }
      texts.append(text)
    }
    return texts
  }
}
