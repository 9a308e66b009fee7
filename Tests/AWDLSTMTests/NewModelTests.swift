import AWDLSTM
import Testing

@Suite("New models")
struct NewModelTests {
  @Test("What is written reads back: values, tokens and numbers", arguments: GoldenWeights.all)
  func readsBack(name: String) throws {
    try withTemporaryDirectory { directory in
      let new = try GoldenWeights(name).imported()
      try new.write(to: directory + "/model")
      let model = try Model(directory: directory + "/model")
      #expect(model.architecture == new.architecture)
      #expect(try model.tokens() == new.vocabulary)
      #expect(try model.tensors() == new.tensors)
    }
  }

  @Test("A configuration has the same text whenever it says the same")
  func configuration() throws {
    var architecture = Architecture(
      vocabularySize: 12, embeddingSize: 3, hiddenSize: 4, layerCount: 2, cleaning: "standard",
      maximumTokens: 72)
    #expect(
      architecture.configuration == """
        {
          "architecture": "awd-lstm-language-model",
          "vocabulary_size": 12,
          "embedding_size": 3,
          "hidden_size": 4,
          "layers": 2,
          "pad_id": 1,
          "cleaning": "standard",
          "max_tokens": 72
        }

        """)
    (architecture.headSizes, architecture.labels) = ([9, 5, 2], ["sí \"\\", "no"])
    architecture.temperature = 1.25
    let text = architecture.configuration
    #expect(text.contains(#""labels": ["sí \"\\", "no"],"#))
    #expect(text.contains(#""temperature": 1.25,"#))
    let read = try Architecture(configuration: ModelFile(name: "config.json", bytes: Array(text.utf8)))
    #expect(read == architecture)
    #expect(read.configuration == text)
  }

  @Test("What is no model leaves nothing behind")
  func refused() throws {
    try withTemporaryDirectory { directory in
      let good = try GoldenWeights("fastai2-classifier").imported()
      let damages: [(inout NewModel) -> Void] = [
        { $0.architecture.labels = ["same", "same"] },
        { $0.architecture.vocabularySize += 1 },
        { $0.vocabulary[3] = "a\nb" },
        { $0.vocabulary[3] = "" },
        { $0.vocabulary.removeLast() },
        { $0.tensors.removeLast() },
        { $0.tensors.append(NamedTensor("more", sizes: [0], values: [])) },
        { model in
          let nan = [Float](repeating: .nan, count: model.tensors[3].values.count)
          model.tensors[3] = NamedTensor(
            model.tensors[3].name, sizes: model.tensors[3].shape.sizes, values: nan)
        },
      ]
      for (index, damage) in damages.enumerated() {
        var model = good
        damage(&model)
        #expect(throws: ModelError.self, "damage \(index)") { try model.write(to: directory + "/model") }
        #expect(throws: ModelError.self) { try ModelFile(path: directory + "/model/config.json") }
        #expect(throws: ModelError.self) { try ModelFile(path: directory + "/model.tmp/config.json") }
      }
      try good.write(to: directory + "/model")
    }
  }

  @Test("A network is not made of a language model, and the error says what to do")
  func languageModel() throws {
    try withTemporaryDirectory { directory in
      try GoldenWeights("fastai1-language-model").imported().write(to: directory + "/model")
      let model = try Model(directory: directory + "/model")
      let error = #expect(throws: ModelError.self) { try Network(model) }
      #expect(error?.place == "architecture")
      #expect(error?.found == "'awd-lstm-language-model'")
      #expect(error?.remedy?.contains("train a classifier") == true)
    }
  }

  @Test("8-bit weights are read as the numbers that they stand for")
  func dequantised() throws {
    let model = try GoldenNetwork("network-tiny").model()
    let (exact, coded) = (try model.tensors(), try model.quantised().tensors())
    #expect(exact.map(\.shape) == coded.map(\.shape))
    for (exact, coded) in zip(exact, coded) {
      let greatest = exact.values.map(abs).max() ?? 0
      let differences = zip(exact.values, coded.values).map { abs($0 - $1) }
      #expect(differences.max() ?? 0 <= greatest / 254 * 1.001, "\(exact.name)")
    }
  }

  @Test("A tensor that no such model has is refused by name")
  func unknownTensor() throws {
    let model = try GoldenNetwork("network-one").model()
    let error = #expect(throws: ModelError.self) { try model.tensor("decoder.bias") }
    #expect(error?.place == "tensor 'decoder.bias'")
  }
}
