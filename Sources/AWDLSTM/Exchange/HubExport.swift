internal import JSON

extension Architecture {
  /// A `config.json` that this program and libraries of the Hugging Face Hub read: theirs are the first members.
  fileprivate var hubConfiguration: String {
    let labelled = labels.enumerated()
    let names = labelled.map { "\"\($0)\": \(JSONString.quoted($1))" }.joined(separator: ", ")
    let numbers = labelled.map { "\(JSONString.quoted($1)): \($0)" }.joined(separator: ", ")
    return """
      {
        "model_type": "animo",
        "architectures": ["Animo"],
        "torch_dtype": "float32",
        "id2label": {\(names)},
        "label2id": {\(numbers)},

      """ + configuration.dropFirst(2)
  }
}

extension Model {
  /// Writes the classifier as a folder for the Hugging Face Hub, which appears complete or not at all.
  ///
  /// It is a model folder like any other, in single precision, with more in its configuration and the files given.
  ///
  /// - Parameter files: further files, by name and content.
  /// - Throws: for a language model, when the directory exists (an empty one may), and what the system says.
  package func exportForHub(
    to directory: String, with files: [(name: String, content: String)]
  ) throws(ModelError) {
    guard architecture.kind == .classifier else {
      throw ModelError(
        file: configuration.name, place: "architecture", expected: "a classifier", found: "a language model",
        remedy: "train a classifier on it first")
    }
    var writer = SafeTensorsWriter()
    for tensor in try tensors() { writer.add(tensor) }
    try NewDirectory.make(directory) { (new) throws(ModelError) in
      try new.write(StandardFile.configuration, architecture.hubConfiguration)
      try new.write(StandardFile.vocabulary, vocabulary)
      try new.write(StandardFile.weights, writer)
      if let marks { try new.write(StandardFile.marks, marks) }
      for file in files { try new.write(file.name, file.content) }
      _ = try Model(directory: new.unfinished)
    }
  }
}
