internal import Kernels

/// A trained model in its three or four files: configuration, vocabulary, weights and marks, all checked.
///
/// Cheap to copy: the weights stay where they are, in the mapped files or in the program's own image.
package struct Model: Sendable {
  /// `config.json`.
  package let configuration: ModelFile
  /// `vocab.txt`: one token a line in UTF-8; the number of the line, from 0, is the token's id.
  package let vocabulary: ModelFile
  /// `model.safetensors`.
  package let weights: ModelFile
  /// `marks.txt`: one mark a line in UTF-8; nil where the model knows none.
  package let marks: ModelFile?
  /// `learnt.bloom`: which texts it has learnt from; nil where that is not known. It is not checked: no answer depends
  /// on it.
  package let learnt: ModelFile?

  package let architecture: Architecture
  /// What the model was judged by; empty where it was not.
  package let judged: [JudgedCorpus]
  /// Where each tensor is in `weights`.
  let contents: SafeTensors
  let parameters: Parameters

  /// Reads and checks a model.
  ///
  /// - Throws: the first thing that is wrong. After this, no byte of the files can make the network fail.
  package init(
    configuration: ModelFile, vocabulary: ModelFile, weights: ModelFile, marks: ModelFile? = nil,
    learnt: ModelFile? = nil
  ) throws(ModelError) {
    self.learnt = learnt
    self.configuration = configuration
    self.vocabulary = vocabulary
    self.weights = weights
    architecture = try Architecture(configuration: configuration)
    judged = try JudgedCorpus.read(configuration, labels: architecture.labels)
    self.marks = architecture.marks == nil ? nil : marks
    try Self.check(vocabulary, hasLines: architecture.vocabularySize)
    contents = try SafeTensors(weights)
    parameters = try Parameters(contents, for: architecture)
    _ = try markList()
  }

  /// The vocabulary has as many lines as the embedding has rows. The last line may end without a line feed.
  static func check(_ vocabulary: ModelFile, hasLines expected: Int) throws(ModelError) {
    let lineFeed = UInt8(ascii: "\n")
    let lines = vocabulary.withBytes { bytes in
      // Sound: the bytes are only read, while the span lives.
      unsafe bytes.withUnsafeBytes { bytes in
        let ended = unsafe bytes.count { $0 == lineFeed }
        return unsafe bytes.isEmpty || bytes.last == lineFeed ? ended : ended + 1
      }
    }
    guard lines == expected else {
      throw ModelError(
        file: vocabulary.name, expected: "\(expected) lines, as vocabulary_size says", found: "\(lines)",
        remedy: "config.json and vocab.txt belong to different models")
    }
  }
}

extension Model {
  /// One of `architecture.tensors` in single precision; codes are multiplied with their scales.
  ///
  /// - Throws: when the architecture has no tensor of this name.
  package func tensor(_ name: String) throws(ModelError) -> NamedTensor {
    let shape = architecture.tensors.first { $0.name == name }
    return try contents.tensor(name, columns: shape?.sizes.last)
  }

  /// All of `architecture.tensors`, in that order, in single precision: four bytes a parameter.
  package func tensors() throws(ModelError) -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for shape in architecture.tensors { tensors.append(try tensor(shape.name)) }
    return tensors
  }

  /// The embedding of a word in single precision, [E].
  package func embedding(of word: Int32) -> [Float] {
    parameters.encoder.values(ofRow: Int(word))
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
