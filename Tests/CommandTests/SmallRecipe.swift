import Foundation
import TestSupport
import Testing

/// A folder with sixty tweets, some prose and a recipe of a tiny network: everything `animo train all` needs.
struct SmallRecipe {
  let scratch: TemporaryDirectory

  /// - Parameter change: what becomes of the recipe's text.
  init(_ change: (String) -> String = { $0 }) throws {
    scratch = try TemporaryDirectory()
    try scratch.write(Self.tweets, to: "tweets.txt")
    try scratch.write(Self.prose, to: "prose.txt")
    try scratch.write(change(Self.text), to: "recipe.toml")
  }

  /// A copy of one that has been trained without a break, which is done once for all tests.
  static func trained(inAllSteps: Bool = false) async throws -> SmallRecipe {
    let original = try await (inAllSteps ? trainedInAllSteps : trainedWithout).value
    let copy = try SmallRecipe()
    try FileManager.default.removeItem(at: copy.scratch.url)
    try FileManager.default.copyItem(at: original.scratch.url, to: copy.scratch.url)
    return copy
  }

  private static let trainedWithout = Task { try await SmallRecipe().trained() }
  private static let trainedInAllSteps = Task { try await SmallRecipe(withAllSteps).trained() }

  private func trained() async throws -> SmallRecipe {
    let outcome = try await train()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return self
  }

  /// Runs `animo train all`.
  func train(_ arguments: String...) async throws -> Program.Outcome {
    try await Program.run(["train", "all"] + arguments + ["recipe.toml"], in: scratch.url)
  }

  /// The files of both models, one after the other.
  func models() throws -> [Data] {
    try ["model", "model-int8"].flatMap { folder in
      try ["config.json", "vocab.txt", "model.safetensors"].map { file in
        try Data(contentsOf: scratch.url.appending(path: "\(folder)/\(file)"))
      }
    }
  }

  /// Names of what is in the folder, or in one that is in it.
  func names(in folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.path(folder)).sorted()
  }

  /// The recipe with a wide term and marks.
  static func withAllSteps(_ text: String) -> String {
    text
      + "[wide]\nbuckets = 1024\n[marks]\n[[marks.labelled]]\ncorpora = [\"positive\"]\nlabel = \"positive\"\n"
  }

  static let text = """
    output = "model"
    [label]
    raw = ["tweets.txt"]
    [corpora]
    prose = "prose.txt"
    [vocabulary]
    min_count = 1
    weights = { prose = 1, positive = 2.5, negative = 2.5, unlabelled = 1 }
    [network]
    embedding = 8
    hidden = 12
    layers = 2
    [[language_model]]
    name = "prose"
    corpora = ["prose"]
    validation_share = 0.2
    epochs = 2
    batch = 4
    bptt = 8
    candidates = 16
    [[language_model]]
    name = "tweets"
    corpora = ["positive", "negative", "unlabelled"]
    validation_share = 0.2
    epochs = 1
    frozen_epochs = 1
    batch = 4
    bptt = 8
    [classifier]
    stages = ["1:2:1", "4:2:0.5"]
    batch = 8
    validation_share = 0.25

    """

  private static let subjects = ["hoy", "mañana", "mi gato", "la clase", "el lunes", "este día", "la gente"]
  private static let moods = [
    ["feliz", "contenta", "bonito", "genial", "alegre"], ["triste", "horrible", "cansada", "feo", "malo"],
    ["largo", "nuevo", "tranquilo", "normal", "igual"],
  ]

  private static let tweets = (0..<60).map { number in
    let mood = moods[number % 3][number / 3 % 5]
    let (first, second) = (subjects[number % 7], subjects[number * 5 % 6])
    return "\(first) todo parece \(mood) y \(second) también \(number)"
      + [" :)\n", " :(\n", "\n"][number % 3]
  }.joined()

  private static let prose = (0..<120).map { number in
    let mood = moods[number % 3][number % 5]
    return "\(subjects[number % 7]) estaba \(mood) en la casa de \(subjects[number * 3 % 5]) .\n"
  }.joined()
}
