import Datasets
import Testing

@testable import Training

@Suite("Minibatches of a classifier")
struct ClassifierMinibatchesTests {
  private static let examples = (0..<400).map { number in
    TokenisedExample(ids: Array(repeating: 2, count: 1 + number % 7), target: .label(number < 200 ? 0 : 1))
  }

  private static func minibatches(size: Int) -> [[Int]] {
    var generator = SplitMix64(state: 3)
    return ClassifierMinibatches(examples, size: size, using: &generator).indices
  }

  @Test("every example comes once")
  func complete() {
    #expect(Self.minibatches(size: 32).joined().sorted() == Array(Self.examples.indices))
  }

  @Test("the longest examples of a minibatch come first")
  func order() {
    for indices in Self.minibatches(size: 32) {
      let lengths = indices.map { Self.examples[$0].ids.count }
      #expect(lengths == lengths.sorted(by: >))
    }
  }

  @Test("examples of one length are mixed, so that no minibatch has one class alone")
  func mixedClasses() {
    for indices in Self.minibatches(size: 40) {
      let share = Double(indices.count { Self.examples[$0].target == .label(1) }) / Double(indices.count)
      #expect((0.2...0.8).contains(share))
    }
  }
}
