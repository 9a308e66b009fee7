/// A model that has not been written to files, as produced by training and importing.
///
/// ```swift
/// let model = NewModel(architecture: architecture, vocabulary: tokens, tensors: weights)
/// try model.write(to: "tweets-lm")
/// ```
package struct NewModel: Equatable, Sendable {
  package var architecture: Architecture
  /// The tokens by id; as many as the architecture says.
  package var vocabulary: [String]
  /// Those of `architecture.tensors`, in any order.
  package var tensors: [NamedTensor]
  /// The marks by number; as many as the architecture says.
  package var marks: [String]
  /// The content of `learnt.bloom`; empty for no such file.
  package var learnt: [UInt8] = []

  package init(architecture: Architecture, vocabulary: [String], tensors: [NamedTensor], marks: [String] = [])
  {
    self.architecture = architecture
    self.vocabulary = vocabulary
    self.tensors = tensors
    self.marks = marks
  }

  /// Writes the model as a new directory in single precision. It appears complete or not at all, and only
  /// after it has been read back; the numbers are not copied.
  ///
  /// - Throws: if the model is invalid, if the directory exists and is not empty, and on errors of the system.
  package func write(to directory: String) throws(ModelError) {
    let vocabulary = try vocabularyText()
    var writer = SafeTensorsWriter()
    for tensor in tensors { writer.add(tensor) }
    try NewDirectory.make(directory) { (new) throws(ModelError) in
      try new.write(Model.StandardFile.configuration, architecture.configuration)
      try new.write(Model.StandardFile.vocabulary, vocabulary)
      try new.write(Model.StandardFile.weights, writer)
      if !marks.isEmpty { try new.write(Model.StandardFile.marks, marks.map { $0 + "\n" }.joined()) }
      if !learnt.isEmpty {
        try new.write(Model.StandardFile.learnt, ModelFile(name: Model.StandardFile.learnt, bytes: learnt))
      }
      _ = try Model(directory: new.unfinished)
    }
  }

  /// Whether a directory holds this very model, to the last bit of its numbers; false when it holds none.
  package func isWritten(to directory: String) -> Bool {
    guard let model = try? Model(directory: directory), model.architecture == architecture,
      (try? model.tokens()) == vocabulary, (try? model.markList()) == marks
    else { return false }
    return tensors.allSatisfy { tensor in
      (try? model.tensor(tensor.name))?.values.map(\.bitPattern) == tensor.values.map(\.bitPattern)
    }
  }

  /// `vocab.txt`: a token a line.
  private func vocabularyText() throws(ModelError) -> String {
    for (id, token) in vocabulary.enumerated() where token.isEmpty || token.utf8.contains(UInt8(ascii: "\n"))
    {
      throw ModelError(
        file: Model.StandardFile.vocabulary, place: "line \(id + 1)", expected: "a token without line feeds",
        found: quoted(token))
    }
    return vocabulary.map { $0 + "\n" }.joined()
  }
}
