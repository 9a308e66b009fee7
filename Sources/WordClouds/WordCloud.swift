package import Pages
internal import Statistics

/// Some texts and how often each word comes in them.
package struct CountedTexts: Equatable, Sendable {
  package let name: String
  package let texts: Int
  package let counts: [String: Int]

  /// All words.
  package var total: Int { counts.values.reduce(0, +) }

  package init(name: String, texts: Int, counts: [String: Int]) {
    (self.name, self.texts, self.counts) = (name, texts, counts)
  }
}

/// The weightiest words of some texts.
package struct WordCloud: Equatable, Sendable {
  /// What makes a word large.
  package enum Weight: String, CaseIterable, Sendable {
    /// How surely it tells these texts from the other ones; see `Contrast`.
    case contrast
    /// How often it comes.
    case count
  }

  package struct Word: Equatable, Sendable {
    package let text: String
    package let count: Int
    /// The logarithm of the odds ratio, against the other clouds' texts, in standard errors; nil where weights are counts.
    package let z: Double?

    package var weight: Double { z ?? Double(count) }

    /// How large its letters are, relative to those of the others: so that the area follows the count, or z, which itself
    /// grows as the root of counts, is the size.
    var size: Double { z ?? Double(count).squareRoot() }
  }

  package let name: String
  package let texts: Int
  /// How many words there are in all.
  package let total: Int
  /// The weightiest first.
  package let words: [Word]

  /// A cloud for each of some sets of texts.
  ///
  /// - Parameters:
  ///   - weight: for `contrast`, a word that does not tell the texts from the others is in no cloud.
  ///   - limit: the maximum number of words of each.
  package static func clouds(of sets: [CountedTexts], by weight: Weight, words limit: Int) -> [WordCloud] {
    var all: [String: Int] = [:]
    if weight == .contrast { for set in sets { all.merge(set.counts, uniquingKeysWith: +) } }
    let allTotal = all.values.reduce(0, +)
    // Of few words the usual prior would leave none that tells.
    let prior = min(Contrast.usualPrior, Double(allTotal) / 10)
    return sets.map { set in
      let total = set.total
      let words = set.counts.compactMap { text, count -> Word? in
        guard weight == .contrast else { return Word(text: text, count: count, z: nil) }
        let z = Contrast.z(
          count, of: total, against: (all[text] ?? count) - count, of: allTotal - total, prior: prior)
        return z >= Contrast.leastZ ? Word(text: text, count: count, z: z) : nil
      }
      let sorted = words.sorted { ($1.weight, $1.count, $0.text) < ($0.weight, $0.count, $1.text) }
      return WordCloud(name: set.name, texts: set.texts, total: total, words: Array(sorted.prefix(limit)))
    }
  }
}

extension WordCloud {
  private static let (width, height) = (800.0, 440.0)
  /// Above is the heading.
  private static let area = Rectangle(left: 8, top: 40, right: width - 8, bottom: height - 8)

  /// The cloud as a picture of 800 × 440 units, whose words can be selected, and are read aloud from the weightiest on.
  ///
  /// - Parameters:
  ///   - title: its heading.
  ///   - colour: of the words.
  ///   - random: see `CloudLayout`.
  package func svg(title: String, colour: Colour, random: inout some RandomNumberGenerator) -> String {
    var svg = SVG(
      width: Self.width, height: Self.height, title: title,
      description: words.isEmpty ? Self.nothing : "The weightiest words, the largest first.", role: .text)
    svg.heading(left: Self.area.left)
    let layout = CloudLayout(words.map { ($0.text, $0.size) }, in: Self.area, random: &random)
    for place in layout.places {
      let word = words[place.word]
      svg.text(
        word.text, at: place.baseline,
        SVG.Lettering(
          size: place.size, colour: place.word % 2 == 0 ? colour : colour.towardsInk(0.45), isBold: true,
          length: place.length, language: "es"),
        hint: "\(word.text): \(word.explanation)")
    }
    if words.isEmpty {
      svg.text(
        Self.nothing, at: Self.area.centre, SVG.Lettering(size: 16, colour: .grey, anchor: .middle))
    }
    return svg.document
  }

  private static let nothing = "No word stands out."

  /// A colour for each cloud: of labels that have one, everywhere the same.
  package static func colours(of clouds: [WordCloud]) -> [Colour] {
    let known: [String: Colour] = ["negative": .vermilion, "neutral": .grey, "positive": .blue]
    let names = Set(clouds.map(\.name))
    if names.count > 1, names.isSubset(of: known.keys) { return clouds.map { known[$0.name] ?? .blue } }
    return clouds.map { _ in .blue }
  }
}

extension WordCloud.Word {
  /// Its weight in words: `1,234 times, z 12.3`.
  package var explanation: String {
    let times = "\(count.grouped) time\(count == 1 ? "" : "s")"
    return z.map { "\(times), z \($0.fixedText(decimals: 1))" } ?? times
  }
}
