/// A trained model as it lies in its three or four files: what it is, its words and its weights, all checked.
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

  package let architecture: Architecture
  /// Where each tensor is in `weights`.
  let contents: SafeTensors
  let parameters: Parameters

  /// Reads and checks a model.
  ///
  /// - Throws: the first thing that is wrong. After this, no byte of the files can make the network fail.
  package init(
    configuration: ModelFile, vocabulary: ModelFile, weights: ModelFile, marks: ModelFile? = nil
  ) throws(ModelError) {
    self.configuration = configuration
    self.vocabulary = vocabulary
    self.weights = weights
    architecture = try Architecture(configuration: configuration)
    self.marks = architecture.marks == nil ? nil : marks
    try Self.check(vocabulary, hasLines: architecture.vocabularySize)
    contents = try SafeTensors(weights)
    parameters = try Parameters(contents, for: architecture)
    _ = try markList()
  }

  /// The vocabulary has as many lines as the embedding has rows. The last line may end without a line feed.
  static func check(_ vocabulary: ModelFile, hasLines expected: Int) throws(ModelError) {
    let bytes = vocabulary.bytes(in: 0..<vocabulary.byteCount)
    let lineFeed = UInt8(ascii: "\n")
    let ended = bytes.count { $0 == lineFeed }
    let lines = bytes.isEmpty || bytes.last == lineFeed ? ended : ended + 1
    guard lines == expected else {
      throw ModelError(
        file: vocabulary.name, expected: "\(expected) lines, as vocabulary_size says", found: "\(lines)",
        remedy: "config.json and vocab.txt belong to different models")
    }
  }
}
