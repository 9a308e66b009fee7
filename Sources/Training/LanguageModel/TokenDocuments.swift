internal import Datasets

/// Texts as token ids, to train a language model with.
package struct TokenDocuments: Sendable {
  /// All tokens, one text after the other.
  package private(set) var ids: [Int32] = []
  /// Where each text begins, and at last where the last one ends.
  private var offsets = [0]

  package init() {}

  /// How many texts there are.
  package var count: Int { offsets.count - 1 }

  /// Adds a text, with the token that begins every text.
  package mutating func append(_ text: some Sequence<Int32>) {
    ids.append(contentsOf: text)
    offsets.append(ids.count)
  }

  /// Adds a text that `body` appends to the ids.
  package mutating func append<Failure: Error>(
    by body: (inout [Int32]) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&ids)
    offsets.append(ids.count)
  }

  package subscript(text: Int) -> ArraySlice<Int32> { ids[offsets[text]..<offsets[text + 1]] }

  /// Some of the texts, by their numbers from 0.
  package func texts(_ numbers: [Int]) -> TokenDocuments {
    var texts = TokenDocuments()
    texts.ids.reserveCapacity(numbers.reduce(0) { $0 + self[$1].count })
    for number in numbers { texts.append(self[number]) }
    return texts
  }

  /// All texts in another order, one after the other.
  func shuffled(using generator: inout SplitMix64) -> [Int32] {
    var order = Array(0..<count)
    order.shuffle(using: &generator)
    var shuffled: [Int32] = []
    shuffled.reserveCapacity(ids.count)
    for text in order { shuffled += self[text] }
    return shuffled
  }
}
