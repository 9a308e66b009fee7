import Pages
import TestSupport
import Testing

@testable import WordClouds

@Suite("Word clouds") struct WordCloudTests {
  private static let sets = [
    CountedTexts(name: "negative", texts: 40, counts: ["triste": 30, "día": 100, "solo": 2]),
    CountedTexts(name: "positive", texts: 50, counts: ["gracias": 60, "día": 125, "a<b": 3]),
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
    // 30 of 132 words, and 0 of 188, with a prior of 32 words:
    // log((33 / 131) / (3 / 217)) / √(1 / 33 + 1 / 131 + 1 / 3 + 1 / 217)
    let word = try #require(clouds[0].words.first)
    #expect(word.count == 30 && abs(word.weight - 4.73438) < 1e-5)
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
    #expect(document.contains("<svg>2</svg>") && document.contains("50 texts, 188 words"))
    #expect(document.contains("<span lang=\"es\" dir=\"auto\">gracias</span>"))
    #expect(document.contains(".figures svg { min-width: 20rem; }"))
  }
}
