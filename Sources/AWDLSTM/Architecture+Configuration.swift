internal import JSON

// `config.json`, in and out.

extension Architecture {
  /// Reads and checks a `config.json`.
  ///
  /// Unknown keys are ignored. All known keys except `temperature`, `wide` and `marks` are required, those of the
  /// head for classifiers only.
  package init(configuration file: ModelFile) throws(ModelError) {
    let object = try CheckedObject(file)
    let kind: Kind = try object.choice("architecture")
    vocabularySize = try object.integer("vocabulary_size", in: 1...Bounds.vocabulary)
    embeddingSize = try object.integer("embedding_size", in: 1...Bounds.width)
    hiddenSize = try object.integer("hidden_size", in: 1...Bounds.width)
    layerCount = try object.integer("layers", in: 1...Bounds.layers)
    paddingID = try object.integer("pad_id", in: 0...vocabularySize - 1)
    maximumTokens = try object.integer("max_tokens", in: 1...Bounds.tokens)
    cleaning = try object.name("cleaning")
    (headSizes, batchNormEpsilon, labels, temperature) = ([], 1e-5, [], 1)
    if kind == .classifier { try readHead(object) }
  }

  private mutating func readHead(_ object: CheckedObject) throws(ModelError) {
    batchNormEpsilon = try object.number("batch_norm_epsilon", in: 0...1)
    temperature = try object.number("temperature", in: Bounds.temperature, default: 1)
    labels = try object.names("labels", count: 2...Bounds.labels)
    headSizes = try object.integers("head_sizes", count: 2...Bounds.headSizes, in: 1...3 * Bounds.width)
    wide = try object.object("wide").map { (wide) throws(ModelError) in try WideShape(wide) }
    marks = try object.object("marks").map { (marks) throws(ModelError) in
      try marks.integer("count", in: 1...Bounds.marks)
    }
    guard headSizes.first == 3 * embeddingSize, headSizes.last == labels.count else {
      throw ModelError(
        file: object.file, place: object.place(of: "head_sizes"),
        expected:
          "\(3 * embeddingSize) (three times embedding_size), …, \(labels.count) (the number of labels)",
        found: "\(headSizes)")
    }
  }

  /// Whether a `config.json` that says all this would be read.
  package func check() throws(ModelError) {
    let name = Model.StandardFile.configuration
    _ = try Architecture(configuration: ModelFile(name: name, bytes: Array(configuration.utf8)))
  }

  /// The text of a `config.json` that says all this: the same values give the same bytes.
  package var configuration: String {
    let members = entries.map { key, value in "  \(JSONString.quoted(key)): \(value)" }
    return "{\n\(members.joined(separator: ",\n"))\n}\n"
  }

  /// Keys and values in JSON, in the order in which they are written.
  private var entries: [(key: String, value: String)] {
    var entries = [
      ("architecture", JSONString.quoted(kind.rawValue)),
      ("vocabulary_size", "\(vocabularySize)"),
      ("embedding_size", "\(embeddingSize)"),
      ("hidden_size", "\(hiddenSize)"),
      ("layers", "\(layerCount)"),
      ("pad_id", "\(paddingID)"),
    ]
    if kind == .classifier {
      entries += [
        ("head_sizes", "[\(headSizes.map(String.init).joined(separator: ", "))]"),
        ("batch_norm_epsilon", "\(batchNormEpsilon)"),
        ("labels", "[\(labels.map(JSONString.quoted).joined(separator: ", "))]"),
      ]
      // Omitted by models without calibration.
      if temperature != 1 { entries.append(("temperature", "\(temperature)")) }
      if let wide { entries.append(("wide", wide.configuration)) }
      if let marks { entries.append(("marks", "{\"count\": \(marks)}")) }
    }
    entries += [("cleaning", JSONString.quoted(cleaning)), ("max_tokens", "\(maximumTokens)")]
    return entries
  }

  private enum Bounds {
    static let vocabulary = 1 << 22
    static let width = 1 << 14
    static let layers = 8
    static let headSizes = 8
    static let labels = 64
    static let marks = 1 << 16
    static let tokens = 1 << 16
    static let temperature = 0.05...20
  }
}
