import Sentiment
import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Scoring
@testable import Tweets

@Suite("Labelling at once") struct ScorerTests {
  private static let scorer = Result { try SentimentScorer.embedded() }

  private static let lines = """
    {"id":1,"text":"qué día tan horrible"}
    {"id":2,"texto":"sin texto"}

    {"id":"3","text":"¡muchas gracias, qué alegría! 😀","sentiment":1}
    nada
    """

  private func engine(_ emit: Rendering.Emit) throws -> ScoringEngine {
    ScoringEngine(scorer: try Self.scorer.get(), rendering: Rendering(emit: emit))
  }

  @Test("The worth of a word that is too large for digits is null")
  func enormousWorth() throws {
    let worths = [-Double.infinity, 1e300, -0.5]
    let reasons = ReasonFinding(3) {
      { _, _ in worths.map { Reason(word: "x", isMark: false, worths: [$0]) } }
    }
    let engine = ScoringEngine(
      scorer: try Self.scorer.get(), rendering: Rendering(emit: .compact), reasons: reasons)
    let (lines, _) = try Scorer(engine).label(Array("{\"text\":\"hola\"}\n".utf8), named: "a.jsonl")
    let words = ["null", "null", "-0.500000"].map { "{\"word\":\"x\",\"worth\":\($0)}" }
    let line = String(decoding: lines, as: UTF8.self)
    #expect(line.contains("\"why\":[\(words.joined(separator: ","))]"))
  }

  @Test("The lines are those of the pipeline, to the byte", arguments: Rendering.Emit.allCases)
  func sameAsPipeline(emit: Rendering.Emit) throws {
    let engine = try engine(emit)
    let folder = try TemporaryDirectory()
    let path = try folder.write(Self.lines, to: "tweets.jsonl")
    let output = folder.path("output")
    let descriptor = try FileDescriptor.open(
      FilePath(output), .readWrite, options: [.create], permissions: [.ownerReadWrite])
    defer { try? descriptor.close() }
    var source = FileSource([.path(FilePath(path))], options: engine.reading) { error in
      Issue.record("\(error)")
    }
    var sink = OutputSink(descriptor, name: "output", labels: engine.labels)
    try ScoringPipeline(engine).run(source: &source, sink: &sink)
    let (lines, counts) = try Scorer(engine).label(Array(Self.lines.utf8), named: "tweets.jsonl")
    #expect(lines == (try FileDescriptor.contents(of: FilePath(output))))
    #expect(counts == sink.counts)
    #expect(counts.rejectedTotal == 2 && counts.blank == 1)
  }

  @Test("Texts are answered in order, whatever is in them")
  func answersTexts() throws {
    let scorer = Scorer(try engine(.compact))
    let texts = ["qué alegría\ntan grande, muchas gracias", "", "qué día tan horrible"]
    let answers = scorer.answers(to: texts)
    #expect(answers.count == 3)
    for (text, answer) in zip(texts, answers) {
      #expect(answer.probabilities == (try Self.scorer.get()).explain(text).probabilities)
    }
    #expect(answers[1].flags.contains(.emptyAfterCleaning))
    #expect(answers[0].label != answers[2].label)
  }

  @Test("Any number of threads may ask")
  func isShared() async throws {
    let scorer = Scorer(try engine(.compact))
    let alone = scorer.answers(to: ["hola"])
    await withTaskGroup(of: [Scorer.Answer].self) { group in
      for _ in 0..<8 { group.addTask { scorer.answers(to: ["hola"]) } }
      for await answers in group { #expect(answers == alone) }
    }
  }

  @Test("An input that is not tweets is refused")
  func refuses() throws {
    let scorer = Scorer(try engine(.compact))
    #expect(throws: InputError.self) { try scorer.label([0x25, 0x50, 0x44, 0x46, 0x0A], named: "body") }
  }

  @Test("A change of engine counts from the next chunk on")
  func changesEngine() throws {
    let pipeline = ScoringPipeline(try engine(.label))
    #expect(pipeline.engine.rendering.emit == .label)
    pipeline.engines.replace(with: try engine(.compact))
    #expect(pipeline.engine.rendering.emit == .compact)
  }
}
