import Foundation
import Testing

@testable import Pages

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a tweet may contain that markup must not: markup, quotes, controls and non-characters.
private let nasty = "a <b> & \"c\" 'd' </style> \u{0}\u{1}\u{B}\u{1F}\u{FFFE}\u{FFFF} \t\n\r 😀\u{10FFFF}"

@Suite struct PageTests {
  /// The letters of a well-formed document; nil for one that is not.
  private func letters(of xml: String) -> String? {
    final class Reader: NSObject, XMLParserDelegate {
      var letters = ""
      func parser(_ parser: XMLParser, foundCharacters string: String) { letters += string }
    }
    let (reader, parser) = (Reader(), XMLParser(data: Data(xml.utf8)))
    parser.delegate = reader
    return parser.parse() ? reader.letters : nil
  }

  @Test("Texts are escaped wherever they are put, markup is not")
  func escapes() throws {
    let row: HTML = "<p title=\"\(nasty)\">\(nasty)<i>\(7)</i>\("<br/>" as HTML)</p>"
    #expect(row.markup.hasSuffix("<i>7</i><br/></p>"))
    let expected =
      "a <b> & \"c\" 'd' </style> \u{FFFD}\u{FFFD} \u{FFFD}\u{FFFD}\u{FFFD}     😀\u{10FFFF}7"
    #expect(letters(of: row.markup) == expected)
    #expect(HTML.escaped("<>&\"") == "&lt;&gt;&amp;&quot;")
  }

  @Test("Pictures are well-formed XML with a title and a description, whatever they say")
  func picturesAreWellFormed() throws {
    var svg = SVG(width: 100, height: 50, title: nasty, description: nasty)
    svg.heading()
    svg.text(nasty, at: Point(x: 1, y: 2), SVG.Lettering(isBold: true, isUpright: true), hint: nasty)
    svg.rectangle(Rectangle(left: 0, top: 0, right: 1, bottom: 1), fill: .blue, opacity: 0.5, hint: nasty)
    svg.circle(at: Point(x: 3, y: 4), radius: 2, fill: .green)
    svg.line([Point(x: 0, y: 0), Point(x: 1, y: 1)], SVG.Stroke(colour: .grid, isDashed: true))
    svg.heatCell(
      Rectangle(left: 0, top: 0, right: 9, bottom: 9), share: 0.9, lines: [nasty, "2"], size: 12)
    let document = svg.document
    #expect(letters(of: document) != nil)
    #expect(document.contains("<desc>a &lt;b&gt;") && document.contains("role=\"img\""))
  }

  @Test("A page is one file that loads nothing, in both colour schemes")
  func isSelfContained() {
    var page = Page(title: nasty, style: ".x { color: var(--ink); }", isWide: true)
    page.section("One & two", id: "one")
    page.add(.table(caption: nasty, head: ["", "<n>"], rows: [["\(nasty)", "1"], ["b"]]))
    page.add(.figure(SVG(width: 1, height: 1, title: "").document, caption: "c"))
    let document = page.document
    #expect(document.contains("<a href=\"#one\">One &amp; two</a>"))
    #expect(document.contains("prefers-color-scheme: dark") && document.contains(".x {"))
    #expect(!document.contains("<b>") && !document.contains("<n>") && !document.contains("<script"))
    #expect(document.components(separatedBy: "</style>").count == 2)
    for address in ["http:", "https:", "@import", "src=", "url("] {
      #expect(!document.replacing("http://www.w3.org/2000/svg", with: "").contains(address))
    }
  }

  @Test("A colour is written for light screens, and in a style for dark ones; several share one style")
  func coloursForBoth() {
    #expect(Colour.blue.tint(0).light == Colour.paper.light && Colour.blue.tint(1) == .blue)
    #expect(Colour.blue.tint(0.5).light.hexadecimal == "#80b9d9")
    #expect(
      Colour.attributes(["fill": .blue, "stroke": .paper])
        == "fill=\"#0072b2\" stroke=\"#ffffff\" "
        + "style=\"fill:light-dark(#0072b2,#56b4e9);stroke:light-dark(#ffffff,#16181c)\"")
  }
}
