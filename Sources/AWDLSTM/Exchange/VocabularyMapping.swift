internal import JSON

/// From the vocabulary of a foreign model to ours: our tokens, and from which rows of an embedding they come.
///
/// Ours begins with the special tokens in their order; fastai 2 has them in another one. All others keep
/// their order. A special token that the model does not know gets the mean of all rows, as fastai does with
/// new words. `xxfake`, with which fastai fills up to a multiple of eight, is left out. A line feed in a
/// token becomes `␤`, U+2424, as `vocab.txt` has a token a line.
struct VocabularyMapping {
  /// Our tokens by id.
  let tokens: [String]
  /// For each of our tokens the row of the foreign model; nil for the mean of all.
  private let rows: [Int?]

  /// - Parameter specialTokens: the tokens that our vocabularies begin with; the first is that of unknown words.
  /// - Throws: when a token is empty or there twice, or unknown words have no token.
  init(_ list: TokenList, specialTokens: [String]) throws(ModelError) {
    // By bytes: to Swift, texts that are the same but for their normal form are equal.
    var positions: [[UInt8]: Int] = [:]
    var others: [(token: String, row: Int)] = []
    for (row, token) in list.tokens.enumerated() where token != Self.filler {
      let token = token.utf8.contains(UInt8(ascii: "\n")) ? Self.withoutLineFeeds(token) : token
      guard !token.isEmpty, positions.updateValue(row, forKey: Array(token.utf8)) == nil else {
        throw ModelError(
          file: list.file, place: "token \(row)", expected: "a text different from all other tokens",
          found: quoted(token))
      }
      if !specialTokens.contains(token) { others.append((token, row)) }
    }
    guard let unknown = specialTokens.first, positions[Array(unknown.utf8)] != nil else {
      throw ModelError(
        file: list.file, expected: "the token \(quoted(specialTokens.first ?? ""))", found: "none such",
        remedy: "the list has to be fastai's itos: a JSON array of texts, or a token a line")
    }
    tokens = specialTokens + others.map(\.token)
    rows = specialTokens.map { positions[Array($0.utf8)] } + others.map(\.row)
  }

  /// The rows of our tokens, of a matrix or vector with a row for each foreign token.
  func mapped(_ tensor: NamedTensor) -> NamedTensor {
    let columns = tensor.shape.sizes.dropFirst().reduce(1, *)
    let mean = rows.contains(nil) ? self.mean(of: tensor.values, columns: columns) : []
    var values: [Float] = []
    values.reserveCapacity(rows.count * columns)
    for row in rows {
      if let row {
        values += tensor.values[row * columns..<(row + 1) * columns]
      } else {
        values += mean
      }
    }
    return NamedTensor(tensor.name, sizes: [rows.count] + tensor.shape.sizes.dropFirst(), values: values)
  }

  private func mean(of values: [Float], columns: Int) -> [Float] {
    let rows = values.count / columns
    return (0..<columns).map { column in
      let sum = (0..<rows).reduce(0.0) { $0 + Double(values[$1 * columns + column]) }
      return Float(sum / Double(rows))
    }
  }

  private static let filler = "xxfake"

  private static func withoutLineFeeds(_ token: String) -> String {
    String(String.UnicodeScalarView(token.unicodeScalars.map { $0 == "\n" ? "\u{2424}" : $0 }))
  }
}

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
