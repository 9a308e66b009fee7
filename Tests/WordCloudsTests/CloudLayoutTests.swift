import Pages
import TestSupport
import Testing

@testable import WordClouds

@Suite("The places of words in a cloud") struct CloudLayoutTests {
  private static let area = Rectangle(left: 8, top: 40, right: 792, bottom: 432)

  /// Words of many lengths by Zipf's law: long ones, emoji, accents, other scripts.
  private static func words(_ count: Int) -> [(text: String, size: Double)] {
    let texts = [
      "que", "felicidad", "😍", "ñandú", String(repeating: "ja", count: 15), "日本", "👨‍👩‍👧", "@ana", "e\u{301}l",
    ]
    return (0..<count).map {
      (texts[$0 % texts.count] + ($0 < 9 ? "" : "\($0)"), 1 / Double($0 + 1).squareRoot())
    }
  }

  private static func layout(_ words: [(text: String, size: Double)], seed: UInt64 = 42) -> CloudLayout {
    var random = SeededGenerator(seed: seed)
    return CloudLayout(words, in: area, random: &random)
  }

  @Test("All words are placed inside the area and none overlaps another", arguments: [1, 2, 7, 60])
  func doNotOverlap(count: Int) {
    let places = Self.layout(Self.words(count)).places
    #expect(places.map(\.word) == Array(0..<count))
    for (index, place) in places.enumerated() {
      let box = place.box
      #expect(box.left >= 8 && box.right <= 792 && box.top >= 40 && box.bottom <= 432, "\(place)")
      #expect(place.baseline.x >= box.left && place.baseline.x + place.length <= box.right + 1e-9)
      for other in places[..<index] {
        let isApart =
          box.left >= other.box.right || other.box.left >= box.right || box.top >= other.box.bottom
          || other.box.top >= box.bottom
        #expect(isApart, "\(place) and \(other)")
      }
    }
  }

  @Test("Sizes are proportional to the wanted ones, and the largest word is in the middle")
  func sizes() {
    let words = [1.0, 0.7, 0.5, 0.2, 0.01].map { (text: "palabra", size: $0) }
    let places = Self.layout(words).places
    let shares = places.map { $0.size / places[0].size }
    for (share, expected) in zip(shares, [1, 0.7, 0.5, 0.2, 0.13]) { #expect(abs(share - expected) < 0.01) }
    let middle = Self.area.centre
    #expect(abs(places[0].box.centre.x - middle.x) < 1 && abs(places[0].box.centre.y - middle.y) < 1)
  }

  @Test("The same seed gives the same places, another one others")
  func isSeeded() {
    let words = Self.words(20)
    #expect(Self.layout(words).places == Self.layout(words).places)
    #expect(Self.layout(words, seed: 7).places != Self.layout(words).places)
  }

  @Test("Widths are those of the font, and each emoji has one")
  func widths() {
    // Measured with Liberation Sans Bold, as all in the table.
    #expect(abs(LetterWidths.width(of: "gracias") - 3.502) < 0.002)
    #expect(abs(LetterWidths.width(of: "ñandú") - 3.0) < 0.002)
    #expect(LetterWidths.width(of: "e\u{301}") == LetterWidths.width(of: "e"))
    #expect(LetterWidths.width(of: "👨‍👩‍👧") == 1.25 && LetterWidths.width(of: "❤️😍") == 2.5)
    #expect(LetterWidths.width(of: "") == 0)
  }
}
