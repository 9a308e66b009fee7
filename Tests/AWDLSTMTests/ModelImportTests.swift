import AWDLSTM
import Testing

@Suite("Import of fastai's weights")
struct ModelImportTests {
  @Test("Every tensor has the numbers that the other program meant", arguments: GoldenWeights.all)
  func tensors(name: String) throws {
    let golden = try GoldenWeights(name)
    let model = try golden.imported()
    let expected = try SafeTensors(golden.expected)
    #expect(Set(model.tensors.map(\.name)) == Set(expected.tensors.keys))
    #expect(model.tensors.map(\.shape) == model.architecture.tensors)
    for tensor in model.tensors { #expect(try tensor == expected.tensor(tensor.name)) }
  }

  @Test("Fillers go, a line feed becomes a sign, other tokens keep their order")
  func languageModelVocabulary() throws {
    let model = try GoldenWeights("fastai1-language-model").imported()
    #expect(model.vocabulary == GoldenWeights.specialTokens + ["␤", "de", "que", "día", "\""])
    #expect(model.architecture.vocabularySize == 14)
  }

  @Test("Special tokens come in our order, whatever theirs is, and one that they lack is added")
  func classifierVocabulary() throws {
    let model = try GoldenWeights("fastai2-classifier").imported()
    #expect(model.vocabulary == GoldenWeights.specialTokens + ["de", "que", "día"])
  }

  @Test("Sizes are found from the tensors")
  func sizes() throws {
    let languageModel = try GoldenWeights("fastai1-language-model").imported().architecture
    #expect(languageModel.kind == .languageModel)
    #expect(languageModel.embeddingSize == 3)
    #expect(languageModel.hiddenSize == 4)
    #expect(languageModel.layerCount == 3)
    let classifier = try GoldenWeights("fastai2-classifier").imported().architecture
    #expect(classifier.kind == .classifier)
    #expect(classifier.headSizes == [9, 5, 2])
  }

  @Test("State weights after dropout serve where those before it are not there")
  func withoutRawWeights() throws {
    var golden = try GoldenWeights("fastai1-language-model")
    try golden.change("0.rnns.1.weight_hh_l0_raw") { _ in nil }
    let halved = try #require(golden.imported().tensors.first { $0.name == "rnns.1.weight_hh_l0" })
    let whole = try SafeTensors(golden.expected).tensor("rnns.1.weight_hh_l0")
    #expect(halved.values == whole.values.map { $0 / 2 })
  }

  @Test("A token a line is a list of tokens too")
  func textTokens() throws {
    var golden = try GoldenWeights("fastai2-classifier")
    let fromJSON = try golden.imported()
    let lines = "xxunk\nxxpad\nxxbos\nxxfld\nxxrep\nxxwrep\nxxup\nxxmaj\nde\nque\ndía\n"
    golden.tokens = ModelFile(name: "itos.txt", bytes: Array(lines.utf8))
    #expect(try golden.imported() == fromJSON)
  }

  @Test("Tokens that differ in their normal form alone are different; every line feed is replaced")
  func tokensByBytes() throws {
    var golden = try GoldenWeights("fastai2-classifier")
    let words = [#"d\u00eda"#, #"di\u0301a"#, #"\r\n"#]
    let tokens = ["xxunk", "xxpad", "xxbos", "xxfld", "xxrep", "xxwrep", "xxup", "xxmaj"] + words
    let text = "[" + tokens.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    golden.tokens = ModelFile(name: "itos.json", bytes: Array(text.utf8))
    let imported = try golden.imported().vocabulary.suffix(3).map { Array($0.utf8) }
    #expect(imported == ["d\u{ED}a", "di\u{301}a", "\r\u{2424}"].map { Array($0.utf8) })
  }

  @Test("F64 is rounded to single precision, BF16 widened")
  func otherElementTypes() throws {
    var writer = SafeTensorsWriter()
    let double = (0.1).bitPattern
    writer.add(
      "d", .float64, shape: [1], bytes: (0..<8).map { UInt8(truncatingIfNeeded: double >> (8 * $0)) })
    writer.add("b", .bfloat16, shape: [2], bytes: [0x80, 0x3F, 0x00, 0xC0])
    let file = ModelFile(name: "numbers", bytes: writer.file())
    let contents = try SafeTensors(file, accepting: SafeTensors.ElementType.allCases)
    #expect(try contents.tensor("d").values == [Float(0.1)])
    #expect(try contents.tensor("b").values == [1, -2])
  }
}

@Suite("Damaged weights of fastai")
struct DamagedImportTests {
  /// What is done to one tensor, and what the error must say.
  struct Damage: CustomTestStringConvertible, Sendable {
    let model: String
    let tensor: String
    let message: String
    let change: @Sendable (NamedTensor) -> NamedTensor?

    var testDescription: String { "\(tensor): \(message)" }

    static let languageModel = "fastai1-language-model"
    static let classifier = "fastai2-classifier"

    static func missing(_ model: String, _ tensor: String, _ message: String) -> Damage {
      Damage(model: model, tensor: tensor, message: message) { _ in nil }
    }

    static func reshaped(_ model: String, _ tensor: String, _ sizes: [Int], _ message: String) -> Damage {
      Damage(model: model, tensor: tensor, message: message) {
        NamedTensor($0.name, sizes: sizes, values: [Float](repeating: 0, count: sizes.reduce(1, *)))
      }
    }

    static func renamed(_ model: String, _ tensor: String, _ name: String, _ message: String) -> Damage {
      Damage(model: model, tensor: tensor, message: message) { $0.renamed(name) }
    }

    static func number(_ model: String, _ tensor: String, _ number: Float, _ message: String) -> Damage {
      Damage(model: model, tensor: tensor, message: message) {
        NamedTensor($0.name, sizes: $0.shape.sizes, values: $0.values.dropLast() + [number])
      }
    }
  }

  @Test(
    "A damaged tensor is named with what was expected of it",
    arguments: [
      .missing(
        Damage.languageModel, "0.rnns.1.module.bias_ih_l0",
        "tensor 'rnns.1.bias_ih_l0': expected [16], found no such tensor"),
      .missing(
        Damage.languageModel, "0.encoder.weight",
        "tensor 'encoder.weight': expected a matrix, found no such tensor"),
      .missing(
        Damage.languageModel, "1.decoder.bias",
        "expected a language model with '1.decoder.bias' or a classifier with '1.layers.…', found neither"),
      .reshaped(
        Damage.languageModel, "0.rnns.2.module.weight_ih_l0", [12, 3],
        "tensor '0.rnns.2.module.weight_ih_l0': expected [12, 4], found [12, 3]"),
      .reshaped(
        Damage.languageModel, "0.encoder.weight", [48],
        "tensor '0.encoder_dp.emb.weight': expected the numbers of '0.encoder.weight'"),
      .reshaped(
        Damage.languageModel, "1.decoder.bias", [3], "tensor '1.decoder.bias': expected [16], found [3]"),
      .number(
        Damage.languageModel, "1.decoder.weight", 7,
        "tensor '1.decoder.weight': expected the numbers of '0.encoder.weight', to which it is tied, "
          + "found others"),
      .number(
        Damage.languageModel, "0.rnns.0.module.bias_hh_l0", .nan,
        "tensor '0.rnns.0.module.bias_hh_l0': expected finite numbers, found nan at element 15"),
      .renamed(
        Damage.languageModel, "0.rnns.0.module.bias_hh_l0", "0.rnns.0.module.bias_hh_l0_reverse",
        "tensor '0.rnns.0.module.bias_hh_l0_reverse': expected no such tensor in an AWD-LSTM"),
      .renamed(
        Damage.languageModel, "0.rnns.0.module.bias_hh_l0", "rnns.1.bias_hh_l0",
        "expected these weights once, found '0.rnns.1.module.bias_hh_l0' too"),
      .missing(
        Damage.classifier, "1.layers.0.0.running_mean",
        "expected batch normalisation before it, found a linear layer without"),
      .missing(
        Damage.classifier, "1.layers.0.0.bias", "tensor 'head.0.bias': expected [9], found no such tensor"),
      .missing(
        Damage.classifier, "1.layers.0.2.weight",
        "tensor '1.layers.1.0.bias': expected a linear layer after batch normalisation"),
      .reshaped(
        Damage.classifier, "1.layers.1.1.weight", [3, 5],
        "tensor '1.layers.1.1.weight': expected 2 rows, one for each of 'negative', 'positive', found 3"),
      .reshaped(
        Damage.classifier, "1.layers.0.2.weight", [5, 8],
        "tensor '1.layers.0.2.weight': expected [5, 9], found [5, 8]"),
    ] as [Damage])
  func damagedTensor(damage: Damage) throws {
    var golden = try GoldenWeights(damage.model)
    try golden.change(damage.tensor, damage.change)
    let error = #expect(throws: ModelError.self) { try golden.imported() }
    let description = try #require(error).description
    #expect(description.hasPrefix("weights.safetensors: "))
    #expect(description.contains(damage.message), "\(description)")
    #expect(!description.contains("\n"))
  }

  @Test(
    "A list of tokens that is none, or another model's, is refused",
    arguments: [
      (#"["xxunk"]"#, "expected 11 tokens, as the embedding has rows, found 1"),
      (#"["xxunk", 7]"#, "token 1: expected a text, found '7'"),
      (#"["xxunk", "a"#, "byte 10: expected"),
      ("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n", "expected the token 'xxunk', found none such"),
      (
        "xxunk\nb\nc\nd\ne\nf\ng\nh\ni\nb\nk\n",
        "token 9: expected a text different from all other tokens, found 'b'"
      ),
      (
        "xxunk\n\nc\nd\ne\nf\ng\nh\ni\nj\nk\n",
        "token 1: expected a text different from all other tokens, found ''"
      ),
    ])
  func tokens(text: String, message: String) throws {
    var golden = try GoldenWeights("fastai2-classifier")
    golden.tokens = ModelFile(name: "itos", bytes: Array(text.utf8))
    let error = #expect(throws: ModelError.self) { try golden.imported() }
    let description = try #require(error).description
    #expect(description.hasPrefix("itos: "))
    #expect(description.contains(message), "\(description)")
  }
}
