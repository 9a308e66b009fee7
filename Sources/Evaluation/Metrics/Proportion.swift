/// A share of some texts, and how far it would vary with others.
package struct Proportion: Equatable, Sendable {
  /// How many of the texts count.
  package let part: Int
  /// How many there are.
  package let whole: Int

  package init(_ part: Int, of whole: Int) {
    precondition((0...whole).contains(part), "a part is at most its whole")
    (self.part, self.whole) = (part, whole)
  }

  /// The share; 0 of none.
  package var share: Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  /// The score interval of 95 % (Wilson 1927): honest for few texts and for shares near 0 and 1 too. All of 0…1 for
  /// no texts.
  package var interval: ClosedRange<Double> {
    guard whole > 0 else { return 0...1 }
    let (count, square) = (Double(whole), Self.quantile * Self.quantile)
    let centre = share + square / (2 * count)
    let reach =
      Self.quantile * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
    let scale = 1 + square / count
    return max(0, (centre - reach) / scale)...min(1, (centre + reach) / scale)
  }

  /// The 97.5th percentile of the normal distribution.
  private static let quantile = 1.959963984540054
}

/// How often the model is right about the texts of each kind.
package struct Breakdown: Equatable, Sendable {
  /// The texts of one kind.
  package struct Part: Equatable, Sendable {
    package let name: String
    /// How many got their true label.
    package let right: Proportion
  }

  /// By the order of the names that were given; kinds without texts are left out.
  package let parts: [Part]

  /// - Parameters:
  ///   - names: the kinds, in order.
  ///   - kinds: the place of each judgement's kind among the names; nil for one that has none.
  package init(_ judgements: [Judgement], names: [String], kinds: [Int?]) {
    precondition(judgements.count == kinds.count, "each judgement needs a kind or none")
    var counts = [(right: Int, all: Int)](repeating: (0, 0), count: names.count)
    for case (let judgement, let kind?) in zip(judgements, kinds) {
      counts[kind].all += 1
      counts[kind].right += judgement.isRight ? 1 : 0
    }
    parts = zip(names, counts).filter { $1.all > 0 }.map {
      Part(name: $0, right: Proportion($1.right, of: $1.all))
    }
  }

  /// By the number of words of each text, words being what white space separates.
  package static func byLength(_ judgements: [Judgement], texts: [String]) -> Breakdown {
    let starts = [0, 1, 4, 8, 13, 21, 31]
    let names = starts.indices.map { place in
      guard place + 1 < starts.count else { return "\(starts[place]) words or more" }
      let last = starts[place + 1] - 1
      return starts[place] == last ? "no words" : "\(starts[place])–\(last) words"
    }
    let kinds = texts.map { text in
      let words = text.split(whereSeparator: \.isWhitespace).count
      return starts.lastIndex { $0 <= words }
    }
    return Breakdown(judgements, names: names, kinds: kinds)
  }

  /// By what each text's record says, the most frequent first; at most `most` kinds, the rest together.
  ///
  /// - Parameter names: of each judgement; nil where the record says nothing.
  package static func byName(_ judgements: [Judgement], names: [String?], most: Int = 30) -> Breakdown {
    let counts = Dictionary(names.compactMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
    let order = counts.keys.sorted { (-(counts[$0] ?? 0), $0) < (-(counts[$1] ?? 0), $1) }
    let shown = Array(order.prefix(most))
    let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0) })
    return Breakdown(
      judgements, names: shown + ["(others)"],
      kinds: names.map { name in name.map { places[$0] ?? shown.count } })
  }
}
