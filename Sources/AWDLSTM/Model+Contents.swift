extension Model {
  /// One of `architecture.tensors` in single precision; 8-bit weights are multiplied with their scales.
  ///
  /// - Throws: when the architecture has no tensor of this name.
  package func tensor(_ name: String) throws(ModelError) -> NamedTensor {
    try contents.tensor(name)
  }

  /// All of `architecture.tensors`, in that order, in single precision: four bytes a parameter.
  package func tensors() throws(ModelError) -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for shape in architecture.tensors { tensors.append(try tensor(shape.name)) }
    return tensors
  }

  /// The tokens of the vocabulary by id.
  ///
  /// - Throws: when `vocab.txt` is not UTF-8.
  package func tokens() throws(ModelError) -> [String] {
    try vocabulary.lines()
  }
}

extension ModelFile {
  /// The lines of a text; the last one may end without a line feed.
  ///
  /// - Throws: when a line is not UTF-8.
  package func lines() throws(ModelError) -> [String] {
    let bytes = bytes(in: 0..<byteCount)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var texts: [String] = []
    texts.reserveCapacity(lines.count)
    for line in lines {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw ModelError(
          file: name, place: "line \(texts.count + 1)", expected: "UTF-8", found: "other bytes")
      }
      texts.append(text)
    }
    return texts
  }
}
