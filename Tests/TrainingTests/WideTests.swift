import Datasets
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
    var examples = WideExamples(ngrams, labels: 2)
    for (number, (text, label)) in tweets.enumerated() {
      examples.append(Array(text.utf8).span, target: .label(label), weight: number == 2 ? 3 : 1)
    }
    return examples
  }

  private static func objective(regularisation: Double) -> WideObjective {
    WideObjective(examples(), classWeights: [0.5, 1.5], regularisation: regularisation)
  }

  private static func expectDifferenceQuotients(_ objective: WideObjective) {
    let point = objective.start.indices.map { Double($0 * 37 % 11) / 7 - 0.6 }
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

  @Test("Gradients are the difference quotients of the loss", arguments: [0, 0.01])
  func gradient(regularisation: Double) {
    let objective = Self.objective(regularisation: regularisation)
    #expect(objective.start.count == 65)
    Self.expectDifferenceQuotients(objective)
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
    let scores = examples.scores(WideWeights(scores: 1, values: weights), intercepts: [0.25])
    #expect(abs(scores[2][0] - expected) < 1e-12)
    #expect(scores[8] == [0.25])
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

  /// The tweets with three labels, known in every way there is.
  private static let mixed: WideExamples = {
    var examples = WideExamples(ngrams, labels: 3)
    let targets: [Target] = [
      .label(2), .label(0), .odds(label: 2, over: 0), .odds(label: 0, over: 2),
      .distribution([0.1, 0.2, 0.7]),
      .distribution([0.5, 0.5, 0]), .label(1), .label(2), .label(1),
    ]
    for (number, (text, target)) in zip(tweets.map(\.0), targets).enumerated() {
      examples.append(Array(text.utf8).span, target: target, weight: number == 2 ? 3 : 1)
    }
    return examples
  }()

  @Test("With three labels and targets of every kind gradients are difference quotients too")
  func mixedGradient() {
    let objective = WideObjective(Self.mixed, classWeights: [0.5, 1.5, 1], regularisation: 0.01)
    #expect(objective.start.count == 65 * 3)
    Self.expectDifferenceQuotients(objective)
  }

  @Test("Scores of five labels, which fill more than one vector, are those of each label alone")
  func manyLabels() {
    let weights = (0..<320).map { number in Double(number * 29 % 13) / 10 - 0.5 }
    let examples = Self.examples()
    let scores = examples.scores(WideWeights(scores: 5, values: weights), intercepts: [0, 1, 2, 3, 4])
    for label in 0..<5 {
      let own = (0..<64).map { weights[$0 * 5 + label] }
      let alone = examples.scores(WideWeights(scores: 1, values: own), intercepts: [Double(label)])
      for row in alone.indices { #expect(abs(scores[row][label] - alone[row][0]) < 1e-12) }
    }
  }

  @Test("Of two labels a probability is as good as that many certain examples")
  func softTwoLabels() {
    func gradient(_ rows: [(Target, Float)]) -> [Double] {
      var examples = WideExamples(Self.ngrams, labels: 2)
      for (target, weight) in rows {
        examples.append(words: [3, 9], characters: [1], target: target, weight: weight)
      }
      let objective = WideObjective(examples, classWeights: [1, 1], regularisation: 0)
      var gradient = objective.start
      _ = objective.evaluate((0..<65).map { Double($0) / 40 }, gradient: &gradient)
      return gradient.filter { $0 != 0 }.map { $0 / abs(gradient[64]) }
    }
    let soft = gradient([(.distribution([0.25, 0.75]), 4)])
    let hard = gradient([(.label(0), 1), (.label(1), 3)])
    #expect(soft.count == hard.count)
    for (left, right) in zip(soft, hard) { #expect(abs(left / soft[0] - right / hard[0]) < 1e-9) }
  }

  @Test("Tweets that are taken out leave the others as they were")
  func removes() {
    var rest = Self.mixed
    let removed = rest.remove([0, 3, 8])
    #expect(removed.targets == [0, 3, 8].map { Self.mixed.targets[$0] })
    #expect(rest.count == 6 && rest.weights == [1, 3, 1, 1, 1, 1])
    let weights = WideWeights(scores: 1, values: (0..<64).map { Double($0 * $0 % 17) })
    let scores = Self.mixed.scores(weights, intercepts: [0])
    #expect(rest.scores(weights, intercepts: [0]) == [1, 2, 4, 5, 6, 7].map { scores[$0] })
    #expect(removed.scores(weights, intercepts: [0]) == [0, 3, 8].map { scores[$0] })
    #expect(rest.featureCount + removed.featureCount == Self.mixed.featureCount)
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
    let scores = examples.scores(
      objective.weights(solver.point), intercepts: objective.intercepts(solver.point))
    for (row, scores) in scores.enumerated() {
      #expect((scores[0] > 0) == (examples.targets[row] == .label(1)))
    }
  }

  @Test("A blend gives each opinion what it is worth")
  func blends() {
    // The wide term knows the truth in three of four cases, the network nothing.
    let rows = (0..<400).map { number in
      let label = number / 2 % 2
      let isRight = number / 4 % 4 != 0
      return Blend.Row(
        network: [number % 2 == 0 ? 1 : -1], wide: [(label == 1) == isRight ? 1 : -1],
        target: .label(label), weight: 1)
    }
    let blend = Blend.fit(rows, scores: 1)
    #expect(abs(blend.network) < 0.1)
    #expect(abs(blend.wide - 1.0986) < 0.1)
    #expect(abs(blend.constants[0]) < 0.1)
  }
}
