import AWDLSTM
import Testing

/// The three files of the smallest golden model as texts and bytes that a test may damage.
struct ModelText {
  var configuration: String
  var vocabulary: String
  /// The JSON of the safetensors header.
  var header: String
  /// What stands behind the header.
  var data: [UInt8]
  /// What the file says its header's length is; nil for the truth.
  var statedLength: UInt64?

  /// The undamaged model.
  init() throws {
    self.init(try GoldenNetwork("network-one").model())
  }

  /// Another model.
  init(_ model: Model) {
    configuration = Self.text(Self.bytes(model.configuration))
    vocabulary = Self.text(Self.bytes(model.vocabulary))
    let weights = Self.bytes(model.weights)
    let length = Int(weights[0]) | Int(weights[1]) << 8
    header = Self.text(Array(weights[8..<8 + length]))
    data = Array(weights[(8 + length)...])
  }

  /// The safetensors file.
  var weights: [UInt8] {
    let header = Array(header.utf8)
    let length = statedLength ?? UInt64(header.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header + data
  }

  /// Reads the model as it now is.
  func model() throws(ModelError) -> Model {
    try model(weights: weights)
  }

  /// Reads the model with other weights.
  func model(weights: [UInt8]) throws(ModelError) -> Model {
    try Model(
      configuration: ModelFile(name: "config.json", bytes: Array(configuration.utf8)),
      vocabulary: ModelFile(name: "vocab.txt", bytes: Array(vocabulary.utf8)),
      weights: ModelFile(name: "model.safetensors", bytes: weights))
  }

  private static func bytes(_ file: ModelFile) -> [UInt8] {
    file.withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? ""
  }
}

extension Model {
  /// The place that is named when the model is read with `part` of its configuration replaced.
  func placeOfError(replacing part: String, with replacement: String) -> String? {
    let text = String(decoding: configuration.bytes(in: 0..<configuration.byteCount), as: UTF8.self)
    let damaged = ModelFile(
      name: "config.json", bytes: Array(text.replacingFirst(part, with: replacement).utf8))
    let error = #expect(throws: ModelError.self) {
      try Model(configuration: damaged, vocabulary: vocabulary, weights: weights, marks: marks)
    }
    return error?.place
  }
}

extension String {
  /// The text with the first `part` replaced; a test that replaces nothing tests nothing.
  func replacingFirst(_ part: String, with replacement: String) -> String {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) {
        return self[..<start] + replacement + self[index(start, offsetBy: part.count)...]
      }
      start = index(after: start)
    }
    preconditionFailure("the text has no \(part)")
  }
}
