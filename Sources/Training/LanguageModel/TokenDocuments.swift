internal import Datasets

/// Texts as token ids, for training a language model.
package struct TokenDocuments: Sendable {
  /// The tokens of all texts, concatenated.
  package private(set) var ids: [Int32] = []
  /// The offset of each text, then the number of tokens.
  private var offsets = [0]

  package init() {}

  /// The number of texts.
  package var count: Int { offsets.count - 1 }

  /// Adds a text, including the token that begins every text.
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

  /// The tokens of all texts, concatenated in random order.
  func shuffled(using generator: inout SplitMix64) -> [Int32] {
    var order = Array(0..<count)
    order.shuffle(using: &generator)
    var shuffled: [Int32] = []
    shuffled.reserveCapacity(ids.count)
    for text in order { shuffled += self[text] }
    return shuffled
  }
}
