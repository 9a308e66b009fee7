import AWDLSTM
import Testing

@Suite("Wide term")
struct WideModelTests {
  private static let shape = WideShape(buckets: 8, words: 1...2, characters: 2...5)

  /// A golden network with weights for eight buckets.
  private static func model(_ change: (inout NewModel) -> Void = { _ in }) throws -> NewModel {
    var model = try GoldenWeights("fastai2-classifier").imported()
    model.architecture.wide = shape
    model.tensors.append(
      NamedTensor("wide.weight", sizes: [8, 2], values: (0..<16).map { Float($0) - 7.5 }))
    change(&model)
    return model
  }

  private static func logits(_ model: Model, words: [UInt32], characters: [UInt32]) throws -> [Float] {
    let wide = try #require(try Network(model).wide)
    var logits: [Float] = [1, 1, 2, 2]
    var span = logits.mutableSpan
    wide.add(words: words.span, characters: characters.span, to: &span, row: 1)
    return logits
  }

  @Test("What is written reads back, in single precision and in 8 bits, and comes back from an export")
  func readsBack() throws {
    try withTemporaryDirectory { directory in
      let new = try Self.model()
      try new.write(to: directory + "/model")
      #expect(new.isWritten(to: directory + "/model"))
      let model = try Model(directory: directory + "/model")
      #expect(model.architecture.wide == Self.shape)
      let small = try model.quantised()
      let (exact, coded) = (try model.tensor("wide.weight"), try small.tensor("wide.weight"))
      for (exact, coded) in zip(exact.values, coded.values) {
        #expect(abs(exact - coded) <= 7.5 / 254 * 1.001)
      }
      for names in TensorNames.allCases {
        let (golden, template) = try GoldenWeights.exported(model, to: directory + "/\(names)", names: names)
        #expect(try golden.imported(like: template) == new)
        let error = #expect(throws: ModelError.self) { try golden.imported() }
        #expect(error?.remedy?.contains("config.json") == true)
      }
    }
  }

  @Test("Features are added up by kind, and divided by the root of how many there are")
  func adds() throws {
    try withTemporaryDirectory { directory in
      try Self.model().write(to: directory + "/model")
      let model = try Model(directory: directory + "/model")
      #expect(try Self.logits(model, words: [], characters: []) == [1, 1, 2, 2])
      // Bucket b has -7.5 + 2b and -6.5 + 2b: of words -9 and -7, of characters 6.5 and 7.5.
      let found = try Self.logits(model, words: [0, 1, 2, 3], characters: [7])
      #expect(found == [1, 1, -0.5, 2.5])
      let coded = try Self.logits(model.quantised(), words: [0, 1, 2, 3], characters: [7])
      for (exact, coded) in zip(found, coded) { #expect(abs(exact - coded) < 0.2) }
    }
  }

  @Test(
    "A wide term that cannot be is refused by name",
    arguments: [
      ("\"buckets\": 8", "\"buckets\": 6", "wide.buckets"),
      ("\"buckets\": 8", "\"buckets\": 0", "wide.buckets"),
      ("\"buckets\": 8", "\"bucket\": 8", "wide.buckets"),
      ("[1, 2]", "[2, 1]", "wide.words"), ("[1, 2]", "[1, 9]", "wide.words"), ("[1, 2]", "3", "wide.words"),
      ("[2, 5]", "[0, 5]", "wide.characters"), ("[2, 5]", "[2]", "wide.characters"),
      ("{\"buckets\": 8, \"words\": [1, 2], \"characters\": [2, 5]}", "true", "wide"),
      ("\"buckets\": 8", "\"buckets\": 16", "tensor 'wide.weight'"),
    ])
  func damaged(part: String, replacement: String, place: String) throws {
    try withTemporaryDirectory { directory in
      try Self.model().write(to: directory + "/model")
      let whole = try Model(directory: directory + "/model")
      #expect(whole.placeOfError(replacing: part, with: replacement) == place)
    }
  }

  @Test("Weights without a shape, a shape without weights, and weights out of bounds are refused")
  func mismatched() throws {
    try withTemporaryDirectory { directory in
      let damages: [(inout NewModel) -> Void] = [
        { $0.architecture.wide = nil }, { $0.tensors.removeLast() },
        { model in
          let last = model.tensors.removeLast()
          model.tensors.append(NamedTensor(last.name, sizes: [8, 2], values: last.values.map { $0 / 0 }))
        },
      ]
      for damage in damages {
        let model = try Self.model(damage)
        #expect(throws: ModelError.self) { try model.write(to: directory + "/damaged") }
      }
      let huge = try Self.model { model in
        model.tensors.removeLast()
        let values = [Float](repeating: 1e37, count: 16)
        model.tensors.append(NamedTensor("wide.weight", sizes: [8, 2], values: values))
      }
      try huge.write(to: directory + "/huge")
      #expect(throws: ModelError.self) { try Network(Model(directory: directory + "/huge")) }
    }
  }
}
