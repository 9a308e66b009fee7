import Foundation
import JSON
import Sentiment
import Synchronization
import TestSupport
import Testing

@testable import Explaining

/// What PyTorch says of a sentence: see `Tests/Golden/explaining.py`.
struct ExplainingGolden: Decodable, Sendable, CustomTestStringConvertible {
  let model, text, label: String
  let tokens: [String]
  let attention, saliency, base: [Double]
  /// [tokens][labels]
  let contributions: [[Double]]

  var testDescription: String { "\(model): \(text)" }

  static let all: [ExplainingGolden] =
    (try? JSONDecoder().decode(
      [ExplainingGolden].self, from: Data(contentsOf: Repository.golden.appending(path: "explaining.json"))))
    ?? []
}

@Suite("Which words decided")
struct AttributionTests {
  private static let shipped = Result { try SentimentScorer.embedded() }

  private static func sum(_ attribution: Attribution, _ label: Int) -> Double {
    let parts = attribution.words.map { $0.worth[label] } + attribution.marks.map { $0[label] }
    return parts.reduce(attribution.base[label] + attribution.rounding[label] - attribution.error[label], +)
  }

  @Test("Attention and integrated gradients are PyTorch's", arguments: ExplainingGolden.all)
  func goldens(golden: ExplainingGolden) throws {
    let scorer = try SentimentScorer(directory: Repository.golden.appending(path: golden.model).path)
    let attribution = try Explainer(scorer).attribution(of: golden.text)
    #expect(attribution.explanation.tokens.map(\.text) == golden.tokens)
    #expect(attribution.labels[attribution.label] == golden.label)
    for (index, found) in attribution.attention.enumerated() {
      #expect(abs(found.attention - golden.attention[index]) < 1e-4, "\(golden.tokens[index])")
      #expect(abs(found.saliency - golden.saliency[index]) < 1e-4, "\(golden.tokens[index])")
    }
    for label in scorer.labels.indices {
      #expect(abs(attribution.base[label] - golden.base[label]) < 1e-4)
      let scale = golden.contributions.map { abs($0[label]) }.reduce(1, max)
      for word in attribution.words {
        let tokens = attribution.explanation.tokens.indices.filter {
          attribution.explanation.tokens[$0].range.overlaps(word.range)
        }
        let expected = tokens.reduce(0) { $0 + golden.contributions[$1][label] }
        #expect(abs(word.network[label] - expected) < 0.02 * scale, "\(word.text)")
      }
    }
    #expect(attribution.relativeError <= 0.01)
  }

  @Test("There are goldens")
  func thereAreGoldens() { #expect(ExplainingGolden.all.count == 8) }

  @Test(
    "All parts together are the program's answer, with 8-bit weights, n-grams and marks",
    arguments: [
      "@ana ¡Qué GRAN día! 😍 https://t.co/x", "no está mal, holaaaa", "😡", "qwrtz",
    ])
  func addsUp(text: String) throws {
    let attribution = try Explainer(Self.shipped.get()).attribution(of: text)
    let labels = attribution.labels.indices
    #expect(attribution.relativeError <= 0.01 && !attribution.isUnjudged)
    for label in labels {
      #expect(abs(Self.sum(attribution, label) - attribution.logOdds[label]) < 1e-4)
    }
    // The log-odds determine the probabilities.
    let powers = attribution.logOdds.map { exp($0 * Double(labels.count - 1) / Double(labels.count)) }
    for label in labels {
      let probability = powers[label] / powers.reduce(0, +)
      #expect(abs(probability - Double(attribution.explanation.probabilities[label]) / 1e6) < 3e-6)
    }
    // N-grams are divided among words without a rest.
    for label in labels {
      let shares = attribution.words.reduce(0) { $0 + $1.ngrams[label] }
      #expect(abs(shares - attribution.ngrams.reduce(0) { $0 + $1[label] }) < 1e-9)
    }
    #expect(attribution.words.map(\.text).joined() == attribution.explanation.cleaned.filter { $0 != " " })
  }

  @Test("What the network did not read has no part in it")
  func truncated() throws {
    let scorer = try SentimentScorer(directory: Repository.golden.appending(path: "network-tiny").path)
    let attribution = try Explainer(scorer).attribution(of: String(repeating: "no es lo más ", count: 25))
    #expect(attribution.explanation.flags == [.truncated] && attribution.words.count == 100)
    #expect(attribution.words[70].network != [0, 0, 0] && attribution.words[71].network == [0, 0, 0])
    for label in 0..<3 {
      #expect(abs(Self.sum(attribution, label) - attribution.logOdds[label]) < 1e-4)
    }
  }

  @Test("The longer a text is, the fewer points its path may have, but never fewer than some")
  func pointLimit() {
    let exact = PathIntegral.Precision(tolerance: 0.01, pieces: 8, mostPoints: 513)
    let limits = [0, 1, 31, 62, 96, 496, 100_000].map { exact.pointLimit(words: $0) }
    #expect(limits == [513, 513, 513, 264, 170, 33, 33])
    let quick = PathIntegral.Precision(tolerance: 0.1, pieces: 4, mostPoints: 17)
    #expect(quick.pointLimit(words: 5) == 17 && quick.pointLimit(words: 100_000) == 17)
  }

  @Test("An explanation tells how far it is, and how far it may have to go")
  func progress() throws {
    let scorer = try SentimentScorer(directory: Repository.golden.appending(path: "network-tiny").path)
    var (points, limits) = ([Int](), Set<Int>())
    let text = String(repeating: "no es lo más ", count: 25)
    let attribution = try Explainer(scorer).attribution(of: text) { done, most in
      points.append(done)
      limits.insert(most)
    }
    #expect(attribution.explanation.tokens.count == 72 && limits == [227])
    #expect(points.first == 9 && points.last == attribution.points && points == points.sorted())
  }

  @Test("What is left to the other labels is divided among them, however certain the label is")
  func certainLabel() {
    let logOdds = LogOdds(labelCount: 3, temperature: 1)
    let power = exp(1.0)
    for logit in [2.0, 60, 2000] {
      let slopes = logOdds.slopes(of: 2, at: logOdds([0, 1, logit]))
      #expect(slopes[2] == 1)
      #expect(abs(slopes[0] + 1 / (1 + power)) < 1e-9, "\(logit)")
      #expect(abs(slopes[1] + power / (1 + power)) < 1e-9, "\(logit)")
    }
  }

  @Test("A text with nothing to judge has no reasons, and JSON and page say so")
  func nothing() throws {
    let explainer = try Explainer(Self.shipped.get())
    let attribution = explainer.attribution(of: "https://t.co/x")
    #expect(attribution.isUnjudged && attribution.words.isEmpty)
    #expect(explainer.contributions(in: "@ana", to: [(0, [1, 2])]).isEmpty)
    let json = try Self.json(of: attribution).value.members
    #expect(json?["label"]?.string == "neutral" && json?["words"] == nil)
    var page = ExplanationPage(model: "m")
    page.add(attribution, label: 0)
    #expect(page.document.contains("Nothing to judge"))
  }

  @Test("Rough contributions are those of the full explanation, within their tolerance, for every label")
  func roughContributions() throws {
    let explainer = try Explainer(Self.shipped.get())
    for text in ["muchas gracias por todo", "qué tristeza más grande :("] {
      let attribution = explainer.attribution(of: text)
      let labels = attribution.labels.indices
      let found = explainer.contributions(
        in: text, to: labels.map { label in (label, labels.filter { $0 != label }) })
      #expect(found.map(\.word) == attribution.words.map(\.text) + attribution.explanation.marks.map(\.text))
      #expect(
        found.map(\.isMark) == attribution.words.map { _ in false } + attribution.marks.map { _ in true })
      for (rough, exact) in zip(found, attribution.words.map(\.worth) + attribution.marks) {
        for label in labels {
          #expect(abs(rough.worths[label] - exact[label]) < 0.3 * max(1, abs(exact[label])))
        }
        // The labels' log-odds add up to nothing.
        #expect(abs(rough.worths.reduce(0, +)) < 0.001)
      }
    }
  }

  @Test("Rough contributions that are no longer wanted are left out, at the beginning and on the way")
  func unwantedContributions() throws {
    let explainer = try Explainer(Self.shipped.get(), threads: 1)
    let all = Mutex(0)
    let text = "qué tristeza más grande :("
    let whole = explainer.contributions(in: text, to: [(0, [1, 2])]) {
      all.withLock { $0 += 1 }
      return true
    }
    #expect(!whole.isEmpty)
    for steps in 0..<all.withLock({ $0 }) {
      let left = Mutex(steps)
      let found = explainer.contributions(in: text, to: [(0, [1, 2])]) {
        left.withLock { left in
          left -= 1
          return left >= 0
        }
      }
      #expect(found.isEmpty, "after \(steps) steps")
    }
  }

  @Test("JSON is written in pieces of some n-grams, which are one object together", arguments: [1, 7, 1000])
  func pieces(ngramsAtOnce count: Int) throws {
    let attribution = try Explainer(Self.shipped.get()).attribution(of: "muchas gracias :)")
    let (value, pieces) = try Self.json(of: attribution, ngramsAtOnce: count)
    #expect(
      pieces.allSatisfy {
        $0.split(separator: #""of":""#, omittingEmptySubsequences: false).count <= count + 1
      })
    guard case .object(let members) = value else {
      Issue.record("no object")
      return
    }
    #expect(members.suffix(4).map(\.0) == ["words", "marks", "ngrams", "tokens"])
    #expect(
      members.suffix(4).map { $0.1.array?.count } == [
        attribution.words.count, 1, attribution.ngrams.count, attribution.attention.count,
      ])
  }

  /// What is written of an attribution, as a value and in its pieces.
  private static func json(
    of attribution: Attribution, ngramsAtOnce count: Int = 1000
  ) throws -> (value: JSONValue, pieces: [String]) {
    var pieces: [String] = []
    try attribution.writeJSON(text: "hola", model: "m", ngramsAtOnce: count) { pieces.append($0) }
    return (try JSONReader.read(Array(pieces.joined().utf8)), pieces)
  }

  @Test("A page escapes what it shows")
  func escapes() throws {
    let scorer = try SentimentScorer(directory: Repository.golden.appending(path: "network-tiny").path)
    let attribution = try Explainer(scorer).attribution(of: "no < sin & \"con\" <b>")
    var page = ExplanationPage(model: "<m>")
    page.add(attribution, label: 0)
    #expect(
      page.document.contains("&lt;m&gt;") && !page.document.contains("<b>no")
        && !page.document.contains("<m>"))
    #expect(page.document.contains("&amp;") && page.document.contains("&quot;"))
  }
}
