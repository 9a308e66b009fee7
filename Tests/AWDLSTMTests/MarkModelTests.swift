import AWDLSTM
import Testing

@Suite("Marks of a model")
struct MarkModelTests {
  private static let marks = [":)", "😡", "é", "e\u{301}"]

  /// A golden network with weights for four marks.
  private static func model(_ change: (inout NewModel) -> Void = { _ in }) throws -> NewModel {
    var model = try GoldenWeights("fastai2-classifier").imported()
    model.architecture.marks = marks.count
    model.marks = marks
    model.tensors.append(NamedTensor("marks.weight", sizes: [4, 2], values: (0..<8).map { Float($0) - 3.5 }))
    change(&model)
    return model
  }

  private static func logits(_ model: Model, _ numbers: [UInt32], _ counts: [UInt32]) throws -> [Float] {
    let marks = try #require(try Network(model).marks)
    var logits: [Float] = [1, 1, 2, 2]
    var span = logits.mutableSpan
    marks.add(numbers: numbers.span, counts: counts.span, to: &span, row: 1)
    return logits
  }

  @Test("What is written reads back, stays in single precision in 8 bits, and comes back from an export")
  func readsBack() throws {
    try withTemporaryDirectory { directory in
      let new = try Self.model()
      try new.write(to: directory + "/model")
      #expect(new.isWritten(to: directory + "/model"))
      let model = try Model(directory: directory + "/model")
      #expect(try model.markList().map { Array($0.utf8) } == Self.marks.map { Array($0.utf8) })
      let small = try model.quantised()
      #expect(try small.tensor("marks.weight") == model.tensor("marks.weight"))
      try small.write(to: directory + "/small")
      #expect(try Model(directory: directory + "/small").markList() == Self.marks)
      for names in TensorNames.allCases {
        let (golden, template) = try GoldenWeights.exported(model, to: directory + "/\(names)", names: names)
        var foreign = ModelImport(like: template, specialTokens: GoldenWeights.specialTokens)
        let error = #expect(throws: ModelError.self) {
          try foreign.model(weights: golden.weights, tokens: golden.tokens)
        }
        #expect(error?.remedy?.contains("marks.txt") == true)
        foreign.marks = try ModelFile(path: directory + "/\(names)/marks.txt").lines()
        #expect(try foreign.model(weights: golden.weights, tokens: golden.tokens) == new)
      }
    }
  }

  @Test(
    "Marks are added up, repeated ones count more, and the sum is divided by the root of how many there are")
  func adds() throws {
    try withTemporaryDirectory { directory in
      try Self.model().write(to: directory + "/model")
      let model = try Model(directory: directory + "/model")
      // Mark m has -3.5 + 2m and -2.5 + 2m.
      #expect(try Self.logits(model, [], []) == [1, 1, 2, 2])
      #expect(try Self.logits(model, [3], [1]) == [1, 1, 4.5, 5.5])
      #expect(try Self.logits(model, [3], [2]) == [1, 1, 2 + 2.5 * 1.25, 2 + 3.5 * 1.25])
      #expect(try Self.logits(model, [3], [9]) == [1, 1, 2 + 2.5 * 1.5, 2 + 3.5 * 1.5])
      #expect(try Self.logits(model, [0, 1, 2, 3], [1, 1, 1, 1]) == [1, 1, 1, 3])
    }
  }

  @Test(
    "Marks that cannot be are refused by name",
    arguments: [
      ("{\"count\": 4}", "{\"count\": 5}", "tensor 'marks.weight'"),
      ("{\"count\": 4}", "{\"count\": 0}", "marks.count"),
      ("{\"count\": 4}", "4", "marks"), ("\"marks\"", "\"mark\"", "tensor 'marks.weight'"),
    ])
  func damaged(part: String, replacement: String, place: String) throws {
    try withTemporaryDirectory { directory in
      try Self.model().write(to: directory + "/model")
      let whole = try Model(directory: directory + "/model")
      #expect(whole.placeOfError(replacing: part, with: replacement) == place)
    }
  }

  @Test(
    "A list of marks that cannot be is refused by its line",
    arguments: [
      (":)\n:)\na\nb\n", "line 2"), (":)\n\na\nb\n", "line 2"), ("a\nb\nc\n", nil), ("a\nb\nc\nd\ne\n", nil),
      ("a\nb\nc\n" + String(repeating: "x", count: 65), "line 4"), ("a\nb\n\u{0}\n", nil),
    ] as [(String, String?)])
  func damagedList(list: String, place: String?) throws {
    try withTemporaryDirectory { directory in
      try Self.model().write(to: directory + "/model")
      let whole = try Model(directory: directory + "/model")
      let file = ModelFile(name: "marks.txt", bytes: Array(list.utf8))
      let error = #expect(throws: ModelError.self) {
        try Model(
          configuration: whole.configuration, vocabulary: whole.vocabulary, weights: whole.weights,
          marks: file)
      }
      #expect(error?.file == "marks.txt" && error?.place == place)
      let missing = #expect(throws: ModelError.self) {
        try Model(configuration: whole.configuration, vocabulary: whole.vocabulary, weights: whole.weights)
      }
      #expect(missing?.place == "marks")
    }
  }
}
