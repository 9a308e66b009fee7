package import AWDLSTM
internal import CDefaultModel

/// The model that ships: Spanish tweets, negative, neutral or positive. Its files are compiled into the program.
package enum DefaultModel {
  /// What the model is called in answers and messages.
  package static let name = "es-tweets"

  /// Checks the files and gives the model; its weights stay where they are, in the program's own image.
  ///
  /// - Throws: when the files that were compiled in do not make a model.
  package static func load() throws(ModelError) -> Model {
    try Model(
      configuration: unsafe file("config.json", animo_default_model_configuration()),
      vocabulary: unsafe file("vocab.txt", animo_default_model_vocabulary()),
      weights: unsafe file("model.safetensors", animo_default_model_weights()),
      marks: unsafe file("marks.txt", animo_default_model_marks()))
  }

  /// Eight hexadecimal digits that identify the model: the checksum of its files.
  package static let fingerprint: String = {
    let digits = unsafe file("fingerprint.txt", animo_default_model_fingerprint())
    return String(decoding: digits.bytes(in: 0..<8), as: UTF8.self)
  }()

  private static func file(_ name: String, _ file: animo_default_model_file) -> ModelFile {
    // Sound: the C side gives the address and size of a constant array, which lives as long as the program.
    unsafe ModelFile(name: name, immortal: UnsafeRawBufferPointer(start: file.bytes, count: file.count))
  }
}
