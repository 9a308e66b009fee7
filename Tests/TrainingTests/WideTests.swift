import Testing
import TweetText

@testable import Training

@Suite("Wide term")
struct WideTests {
  private static let ngrams = HashedNGrams(buckets: 64, words: 1...2, characters: 2...3)

  private static let tweets = [
    ("qué día tan feliz", 1), ("qué día tan triste", 0), ("estoy feliz", 1), ("estoy muy triste hoy", 0),
    ("feliz feliz", 1), ("todo es triste", 0), ("hoy no", 0), ("gracias a todos", 1), ("", 0),
  ]

  private static func examples(_ ngrams: HashedNGrams = ngrams) -> WideExamples {
    var examples = WideExamples(ngrams)
    for (number, (text, label)) in tweets.enumerated() {
      examples.append(Array(text.utf8).span, label: label, weight: number == 2 ? 3 : 1)
    }
    return examples
  }

  private static func objective(regularisation: Double) -> WideObjective {
    WideObjective(examples(), classWeights: [0.5, 1.5], regularisation: regularisation)
  }

  @Test("Gradients are the difference quotients of the loss", arguments: [0, 0.01])
  func gradient(regularisation: Double) {
    let objective = Self.objective(regularisation: regularisation)
    let point = (0..<65).map { Double($0 * 37 % 11) / 7 - 0.6 }
    var (gradient, unused) = (objective.start, objective.start)
    _ = objective.evaluate(point, gradient: &gradient)
    for index in point.indices {
      func value(_ step: Double) -> Double {
        var moved = point
        moved[index] += step
        return objective.evaluate(moved, gradient: &unused)
      }
      let quotient = (value(1e-5) - value(-1e-5)) / 2e-5
      #expect(abs(gradient[index] - quotient) < 1e-8, "parameter \(index)")
    }
    #expect(gradient.contains { abs($0) > 1e-3 })
  }

  @Test("A tweet's log-odds are its weights' sums over the roots of how many there are")
  func logOdds() {
    let examples = Self.examples()
    let weights = (0..<64).map { Double($0) / 10 }
    var found = TextFeatures()
    Self.ngrams.find(in: Array("estoy feliz".utf8).span, into: &found)
    func share(_ buckets: [UInt32]) -> Double {
      buckets.reduce(0) { $0 + weights[Int($1)] } / Double(buckets.count).squareRoot()
    }
    let expected = share(found.words) + share(found.characters) + 0.25
    #expect(abs(examples.logOdds(weights, intercept: 0.25)[2] - expected) < 1e-12)
    #expect(examples.logOdds(weights, intercept: 0.25)[8] == 0.25)
  }

  @Test("A bucket is worth more the rarer it is, and nothing when no tweet has it")
  func rarities() {
    let wide = HashedNGrams(buckets: 1 << 16, words: 1...1, characters: 2...3)
    let (examples, rarities) = (Self.examples(wide), Self.examples(wide).rarities())
    #expect(rarities.contains(0))
    var found = TextFeatures()
    wide.find(in: Array("feliz gracias".utf8).span, into: &found)
    let (frequent, rare) = (rarities[Int(found.words[0])], rarities[Int(found.words[1])])
    #expect(abs(frequent - (1 + 0.9162907)) < 1e-6 && rare > frequent, "\(examples.count)")
  }

  @Test("The solver finds the least of Rosenbrock's valley and of a logistic regression")
  func solver() {
    var valley = LBFGS(start: [-1.2, 1]) { point, gradient in
      let (x, y) = (point[0], point[1])
      gradient = [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)]
      return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)
    }
    for _ in 0..<100 where valley.gradientNorm > 1e-9 { _ = valley.step() }
    #expect(abs(valley.point[0] - 1) < 1e-6 && abs(valley.point[1] - 1) < 1e-6)

    let objective = Self.objective(regularisation: 0.01)
    var solver = LBFGS(start: objective.start) { objective.evaluate($0, gradient: &$1) }
    for _ in 0..<200 where solver.gradientNorm > 1e-9 { guard solver.step() else { break } }
    #expect(solver.gradientNorm < 1e-6)
  }

  @Test("Two words that tell the classes apart are learnt")
  func separates() {
    let examples = Self.examples()
    let objective = WideObjective(examples, classWeights: [1, 1], regularisation: 1e-4)
    var solver = LBFGS(start: objective.start) { objective.evaluate($0, gradient: &$1) }
    for _ in 0..<60 { guard solver.step() else { break } }
    let intercept = solver.point[64]
    let logOdds = examples.logOdds(objective.weights(solver.point), intercept: intercept)
    for (row, logOdds) in logOdds.enumerated() { #expect((logOdds > 0) == (examples.labels[row] == 1)) }
  }

  @Test("A blend gives each opinion what it is worth")
  func blends() {
    // The wide term knows the truth in three of four cases, the network nothing.
    let rows = (0..<400).map { number in
      let label = number / 2 % 2
      let isRight = number % 8 != 0 && number % 8 != 3
      return Blend.Row(
        network: number % 2 == 0 ? 1 : -1, wide: (label == 1) == isRight ? 1 : -1, label: label, weight: 1)
    }
    let blend = Blend.fit(rows)
    #expect(abs(blend.network) < 0.1)
    #expect(abs(blend.wide - 1.0986) < 0.1)
    #expect(abs(blend.constant) < 0.1)
  }
}
