import Foundation
import TestSupport
import Testing

@Suite("animo model")
struct ModelCommandTests {
  private let scratch: TemporaryDirectory

  init() throws {
    scratch = try TemporaryDirectory()
  }

  @Test("A language model does not classify, and the error says why")
  func languageModelDoesNotClassify() async throws {
    try await importGolden("fastai1-language-model", to: "lm")
    let outcome = try await Program.run(["classify", "-q", "--model", "lm"], in: scratch.url)
    #expect(outcome.status == 78)
    #expect(
      outcome.errors == """
        animo: model lm: lm/config.json: architecture: expected 'awd-lstm-classifier', found \
        'awd-lstm-language-model'; a language model has no labels; train a classifier on it first

        """)
  }

  @Test("Export and import lead back to the same folder", arguments: ["animo", "fastai"])
  func roundTrip(names: String) async throws {
    try await importGolden("fastai2-classifier", to: "first", ["--clean", "notebook", "--labels", "no,sí"])
    try await run(["model", "export", "--names", names, "--model", "first", "exported"])
    try await run(
      [
        "model", "import", "--config", "exported/config.json", "exported/weights.safetensors",
        "exported/itos.json", "second",
      ])
    for file in ["config.json", "vocab.txt", "model.safetensors"] {
      #expect(try bytes("first/" + file) == bytes("second/" + file), "\(file)")
    }
  }

  @Test("An imported classifier answers, in single precision and in 8 bits")
  func importedClassifierAnswers() async throws {
    try await importGolden("fastai2-classifier", to: "model")
    try await run(["model", "quantise", "model", "model-int8"])
    for model in ["model", "model-int8"] {
      let outcome = try await Program.run(
        ["classify", "-q", "--emit", "label", "--model", model], input: Data("Que día\n".utf8),
        in: scratch.url)
      #expect(outcome.status == 0)
      #expect(["negative\n", "positive\n"].contains(outcome.output))
    }
  }

  @Test("Layers are rounded to as many bits as asked for, and the page of the model says so")
  func fewBits() async throws {
    try await importGolden("fastai2-classifier", to: "model")
    try await run(["model", "quantise", "--bits", "4", "model", "model-int4"])
    let page = try await Program.run(["model", "show", "model-int4"], in: scratch.url)
    #expect(page.output.contains("weights       int8, a scale a row; LSTM layers in 4 bits\n"))
    let label = try await Program.run(
      ["classify", "-q", "--emit", "label", "--model", "model-int4"], input: Data("Que día\n".utf8),
      in: scratch.url)
    #expect(label.status == 0)
    #expect(["negative\n", "positive\n"].contains(label.output))
  }

  @Test(
    "A number of bits that no layer can have is refused before anything is read",
    arguments: ["1", "9", "-4", "x"])
  func impossibleBits(bits: String) async throws {
    let outcome = try await Program.run(
      ["model", "quantise", "--bits=\(bits)", "model", "target"], in: scratch.url)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--bits"))
  }

  @Test("Weights and tokens that do not exist are inputs that do not exist")
  func missingInputs() async throws {
    try scratch.write("", to: "w")
    for arguments in [["none", "i", "new"], ["w", "none", "new"]] {
      let outcome = try await Program.run(["model", "import"] + arguments, in: scratch.url)
      #expect(outcome.status == 66)
      #expect(outcome.errors == "animo: none: No such file or directory\n")
    }
  }

  @Test("No folder is written over", arguments: [["export", "taken"], ["import", "w", "i", "taken"]])
  func takenFolder(arguments: [String]) async throws {
    try await importGolden("fastai2-classifier", to: "taken")
    let golden = Repository.golden.appending(path: "fastai-tiny/fastai2-classifier")
    try FileManager.default.copyItem(
      at: golden.appending(path: "weights.safetensors"), to: scratch.url.appending(path: "w"))
    try FileManager.default.copyItem(
      at: golden.appending(path: "itos.json"), to: scratch.url.appending(path: "i"))
    let before = try bytes("taken/model.safetensors")
    let model = arguments[0] == "export" ? ["--model", "taken"] : []
    let outcome = try await Program.run(["model"] + arguments + model, in: scratch.url)
    #expect(outcome.status == 73)
    #expect(
      outcome.errors
        == "animo: taken: expected no such directory yet, or an empty one, found Directory not empty\n")
    #expect(try bytes("taken/model.safetensors") == before)
  }

  @Test("The model in the program is shown when no folder is named")
  func showsEmbeddedModel() async throws {
    let outcome = try await Program.run(["model", "show"])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("model         es-tweets@"))
    #expect(outcome.output.contains("labels        negative, neutral, positive\n"))
  }

  private func importGolden(_ name: String, to folder: String, _ options: [String] = []) async throws {
    let golden = Repository.golden.appending(path: "fastai-tiny/" + name).path
    try await run(
      ["model", "import"] + options + [golden + "/weights.safetensors", golden + "/itos.json", folder])
  }

  private func run(_ arguments: [String]) async throws {
    let outcome = try await Program.run(arguments, in: scratch.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: scratch.url.appending(path: path))
  }
}
