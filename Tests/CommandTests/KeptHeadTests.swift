import Foundation
import TestSupport
import Testing

/// `animo train classifier --keep-head`, and rounding in training.
@Suite("A classifier trained further")
struct KeptHeadTests {
  private static let model = Repository.golden.appending(path: "network-three").path

  /// What the model itself says of some texts, as targets.
  private func taught() async throws -> TemporaryDirectory {
    let scratch = try TemporaryDirectory()
    let words = ["bien", "mal", "lo", "que", "más", "no"]
    let texts = (0..<80).map { number in
      "\(words[number % 6]) \(number) \(words[number * 7 % 5]) \(words[number / 6 % 6])"
    }
    try scratch.write(texts.joined(separator: "\n") + "\n", to: "texts.txt")
    let outcome = try await Program.shell(
      #"""
      $ANIMO classify -q --model "\#(Self.model)" texts.txt | sed 's/"sentiment":{.*"p":\({[^}]*}\).*/"p":\1}/' >taught.jsonl
      """#, in: scratch.url)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return scratch
  }

  private func train(_ options: [String], in scratch: TemporaryDirectory) async throws -> Program.Outcome {
    try await Program.run(
      [
        "train", "classifier", "--from", Self.model, "--labels", "negative,neutral,positive", "--labelled",
        "taught.jsonl", "--validation-labelled", "taught.jsonl", "--no-balance", "--dropout", "0",
        "--regularisation", "0", "--rate-ratio", "1", "--batch", "16", "--precision", "float32",
      ] + options, in: scratch.url)
  }

  private func answers(_ model: String, in scratch: TemporaryDirectory) async throws -> [String] {
    let outcome = try await Program.run(
      ["classify", "-q", "--emit", "label", "--model", model, "texts.txt"], in: scratch.url)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init)
  }

  /// The probability of each answer.
  private func scores(_ model: String, in scratch: TemporaryDirectory) async throws -> [Double] {
    let outcome = try await Program.shell(
      "$ANIMO classify -q --emit compact --model \(model) texts.txt | sed 's/.*\"score\":\\([0-9.]*\\).*/\\1/'",
      in: scratch.url)
    return outcome.output.split(separator: "\n").compactMap { Double($0) }
  }

  @Test("A head that is kept answers as before where nothing is left to learn; a new one does not")
  func keepsHead() async throws {
    let scratch = try await taught()
    let still = ["--stage", "1:1:1", "--rate", "1e-9"]
    for (output, options) in [("kept", ["--keep-head"]), ("new", [])] {
      let outcome = try await train(still + options + ["--output", output], in: scratch)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let before = try await answers(Self.model, in: scratch)
    #expect(Set(before).count > 1)
    let new = try await answers("new", in: scratch)
    #expect(new != before)
    // The statistics of batch normalisation move even so, by a little.
    let kept = try await answers("kept", in: scratch)
    #expect(zip(kept, before).count { $0 == $1 } > zip(new, before).count { $0 == $1 })
  }

  @Test("A teacher of other sizes or words is refused before anything is read")
  func refusesTeacher() async throws {
    let scratch = try await taught()
    for (teacher, message) in [
      (Repository.golden.appending(path: "network-tiny").path, "a teacher must have "),
      ("es-tweets", "a teacher must have embeddings of "), ("nowhere", "nowhere"),
    ] {
      let outcome = try await train(["--teacher", teacher, "--output", "student"], in: scratch)
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!outcome.errors.contains("to learn from"))
    }
  }

  @Test("A weight without a teacher is refused")
  func refusesWeight() async throws {
    let scratch = try await taught()
    let outcome = try await train(["--teacher-weight", "10", "--output", "student"], in: scratch)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--teacher-weight needs --teacher"))
  }

  @Test("A model may be its own teacher")
  func ownTeacher() async throws {
    let scratch = try await taught()
    let outcome = try await train(
      ["--teacher", Self.model, "--keep-head", "--stage", "4:1:1", "--rate", "0.001", "--output", "student"],
      in: scratch)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try await answers("student", in: scratch).count == 80)
  }

  @Test("Quantising to the bits of the training leaves the answers as they are")
  func roundsInTraining() async throws {
    let scratch = try await taught()
    let outcome = try await train(
      ["--keep-head", "--bits", "4", "--stage", "4:2:1", "--rate", "0.001", "--output", "rounded"],
      in: scratch)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let quantised = try await Program.run(
      ["model", "quantise", "--bits", "4", "rounded", "rounded-4"], in: scratch.url)
    #expect(quantised.status == 0, "\(quantised.errors)")
    let (before, after) = (
      try await scores("rounded", in: scratch), try await scores("rounded-4", in: scratch)
    )
    #expect(before.count == 80 && after.count == 80)
    // Embeddings and states are rounded to 8 bits.
    for (before, after) in zip(before, after) { #expect(abs(before - after) < 0.005) }
  }

  @Test("A head with other labels, or none, cannot be kept")
  func refusesOtherLabels() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.run(
      [
        "train", "classifier", "--keep-head", "--from", Self.model, "--positive", "a.txt", "--negative",
        "b.txt",
        "--output", "new",
      ], in: scratch.url)
    #expect(outcome.status == 78)
    #expect(
      outcome.errors.contains(
        "its head is to be kept, so its labels must be negative, positive; they are negative, neutral, positive\n"
      ))
  }

  @Test("The documented targets leave out errors, and tweets that no network has judged")
  func targets() async throws {
    let scratch = try TemporaryDirectory()
    let guide = try String(
      contentsOf: Repository.tests.deletingLastPathComponent().appending(
        path: "Sources/animo/animo.docc/Training.md"), encoding: .utf8)
    let command = try #require(guide.split(separator: "\n").first { $0.contains("{text, p: .sentiment.p}") })
    let filter = command.split(separator: "'")[1]
    try scratch.write(
      #"""
      {"text":"https://t.co/a"}
      {"text":"bien","id":1}
      {"text":""}
      {"text":"123"}

      """#, to: "tweets.jsonl")
    try scratch.write(String(filter), to: "filter")
    let outcome = try await Program.shell(
      #"$ANIMO classify -q --model "\#(Self.model)" tweets.jsonl | jq -c -f filter"#, in: scratch.url)
    #expect(outcome.output.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix(#"{"text":"bien","p":{"negative":0."#))
  }

  @Test("A dry run refuses a teacher and a head that the training would refuse")
  func dryRun() async throws {
    let scratch = try await taught()
    let other = Repository.golden.appending(path: "network-tiny").path
    for (options, labels, message) in [
      ("keep_head = true\nteacher = '\(Self.model)'", "'negative', 'neutral', 'positive'", ""),
      ("teacher = '\(other)'", "'negative', 'neutral', 'positive'", "a teacher must have embeddings of 7"),
      ("keep_head = true", "'neutral', 'negative', 'positive'", "its head is to be kept, so its labels"),
    ] {
      try scratch.write(
        """
        output = "model"
        [network]
        from = "\(Self.model)"
        [corpora]
        taught = "taught.jsonl"
        [classifier]
        labels = [\(labels)]
        \(options)
        batch = 16
        stages = ["4:1:1"]
        [[classifier.labelled]]
        corpora = ["taught"]

        """, to: "recipe.toml")
      let outcome = try await Program.run(["train", "all", "--dry-run", "recipe.toml"], in: scratch.url)
      #expect(outcome.status == (message.isEmpty ? 0 : 78), "\(outcome.errors)")
      #expect(message.isEmpty || outcome.errors.contains(message), "\(outcome.errors)")
    }
  }
}
