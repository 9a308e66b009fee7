import Foundation
import TestSupport

/// A folder with a tiny classifier, and forty tweets of each kind for a wide term beside it.
struct SmallWideModel {
  let scratch: TemporaryDirectory

  init() async throws {
    scratch = try TemporaryDirectory()
    try scratch.write(Self.tweets(["feliz", "contenta", "bonito", "genial", "alegre"]), to: "positive.txt")
    try scratch.write(Self.tweets(["triste", "horrible", "cansada", "feo", "malo"]), to: "negative.txt")
    try await importGolden("fastai2-classifier", to: "classifier")
  }

  /// Makes a model of a golden's weights.
  func importGolden(_ name: String, to folder: String, _ options: [String] = []) async throws {
    let golden = Repository.golden.appending(path: "fastai-tiny/" + name).path
    try await run(
      ["model", "import"] + options + [golden + "/weights.safetensors", golden + "/itos.json", folder])
  }

  /// Runs `animo train wide` on the tweets.
  func train(
    from: String = "classifier", to output: String = "wide", _ options: String...
  ) async throws -> Program.Outcome {
    try await Program.run(
      [
        "train", "wide", "--from", from, "--positive", "positive.txt", "--negative", "negative.txt",
        "--validation-share", "0.25", "--output", output,
      ] + options, in: scratch.url)
  }

  /// Runs the program, which has to end well; returns what it writes.
  @discardableResult
  func run(_ arguments: [String], input: String = "") async throws -> String {
    let outcome = try await Program.run(arguments, input: Data(input.utf8), in: scratch.url)
    guard outcome.status == 0 else { throw Failure(errors: outcome.errors) }
    return outcome.output
  }

  /// The three files of a model.
  func files(of model: String) throws -> [Data] {
    try ["config.json", "vocab.txt", "model.safetensors"].map { file in
      try Data(contentsOf: scratch.url.appending(path: "\(model)/\(file)"))
    }
  }

  /// What the program says when it should have ended well.
  struct Failure: Error {
    let errors: String
  }

  private static func tweets(_ moods: [String]) -> String {
    let subjects = ["hoy", "mañana", "mi gato", "la clase", "el lunes", "este día", "la gente"]
    return (0..<40).map { number in
      let mood = moods[number % 5]
      return "\(subjects[number % 7]) todo parece \(mood) y \(subjects[number * 5 % 6]) también \(number)\n"
    }.joined()
  }
}
