import Pages
import TestSupport
import Testing

@testable import WordClouds

@Suite("Word clouds") struct WordCloudTests {
  private static let sets = [
    CountedTexts(name: "negative", texts: 40, counts: ["triste": 30, "día": 100, "solo": 2]),
    CountedTexts(name: "positive", texts: 50, counts: ["gracias": 60, "día": 101, "a<b": 3]),
  ]

  @Test("Counts put the most frequent words first, equals in the order of their letters")
  func counts() {
    let sets = Self.sets + [CountedTexts(name: "x", texts: 1, counts: ["b": 1, "a": 1, "ñ": 2])]
    let clouds = WordCloud.clouds(of: sets, by: .count, words: 2)
    #expect(clouds.map { $0.words.map(\.text) } == [["día", "triste"], ["día", "gracias"], ["ñ", "a"]])
    #expect(clouds[0].total == 132 && clouds[0].texts == 40 && clouds[0].words[0].z == nil)
  }

  @Test("Contrast leaves out what all texts say, and one set alone has none")
  func contrast() throws {
    let clouds = WordCloud.clouds(of: Self.sets, by: .contrast, words: 100)
    #expect(clouds.map { $0.words.map(\.text) } == [["triste"], ["gracias"]])
    // Of 296 words 30 are "triste", all of them here: as in Words, log((131.35 / 1000.65) / (101.35 / 1062.65)) …
    let word = try #require(clouds[0].words.first)
    #expect(word.count == 30 && word.weight == word.z)
    #expect(WordCloud.clouds(of: [Self.sets[0]], by: .contrast, words: 9)[0].words.isEmpty)
  }

  @Test("A picture has each word as a text that can be selected, escaped, with its count as a hint")
  func picture() {
    var random = SeededGenerator(seed: 1)
    let cloud = WordCloud.clouds(of: Self.sets, by: .count, words: 9)[1]
    let svg = cloud.svg(title: "positive", colour: .blue, random: &random)
    #expect(svg.contains("role=\"group\"") && svg.contains("<title>positive</title>"))
    #expect(svg.contains(" lang=\"es\"><title>gracias: 60 times</title>gracias</text>"))
    #expect(svg.contains("<title>a&lt;b: 3 times</title>a&lt;b</text>"))
    #expect(svg.split(separator: "textLength=").count == 4)
    let empty = WordCloud(name: "x", texts: 0, total: 0, words: [])
    #expect(empty.svg(title: "x", colour: .blue, random: &random).contains(">No word stands out.</text>"))
  }

  @Test("A page has the pictures and a table of each cloud")
  func page() {
    let clouds = WordCloud.clouds(of: Self.sets, by: .contrast, words: 9)
    var page = WordCloudPage(title: "Words", weight: .contrast)
    page.add(clouds, pictures: ["<svg>1</svg>", "<svg>2</svg>"], heading: "After cleaning")
    let document = page.document
    #expect(document.contains("<h2 id=\"after-cleaning\">After cleaning</h2>"))
    #expect(document.contains("<svg>2</svg>") && document.contains("50 texts, 164 words"))
    #expect(document.contains("<span lang=\"es\" dir=\"auto\">gracias</span>"))
  }
}
