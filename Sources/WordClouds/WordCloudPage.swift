internal import Pages

/// A page of word clouds side by side, each with its words in a table.
package struct WordCloudPage {
  private var page: Page
  private let weight: WordCloud.Weight

  /// - Parameter weight: what makes words large.
  package init(title: String, weight: WordCloud.Weight) {
    page = Page(title: title, style: Self.style, isWide: true)
    self.weight = weight
    page.add(explanation)
  }

  /// Adds clouds that belong together.
  ///
  /// - Parameters:
  ///   - heading: of their section; nil where there is only one.
  ///   - pictures: an SVG file for each.
  package mutating func add(_ clouds: [WordCloud], pictures: [String], heading: String? = nil) {
    if let heading { page.section(heading, id: heading.lowercased().replacing(" ", with: "-")) }
    let figures = zip(clouds, pictures).map { cloud, picture -> HTML in
      let size = "\(Self.counted(cloud.texts, "text")), \(Self.counted(cloud.total, "word"))"
      return "<div>\(HTML.figure(picture, caption: "\(size)"))\(table(cloud))</div>\n"
    }
    page.add("<div class=\"figures\">\n\(figures.joined())</div>\n")
  }

  /// The whole file.
  package var document: String { page.document }

  private var explanation: HTML {
    switch weight {
    case .count: "<p class=\"note\">The larger a word, the more often it comes.</p>\n"
    case .contrast:
      """
      <p class="note">The larger a word, the more surely it tells these texts from the others: <i>z</i> is the logarithm \
      of the odds ratio, with a prior that keeps rare words small, in standard errors.</p>

      """
    }
  }

  private func table(_ cloud: WordCloud) -> HTML {
    guard !cloud.words.isEmpty else { return "" }
    let rows = cloud.words.map { word -> [HTML] in
      let name: HTML = "<span lang=\"es\" dir=\"auto\">\(word.text)</span>"
      let count: HTML = "\(word.count.grouped)"
      return [name, count] + (word.z.map { ["\($0.fixedText(decimals: 2))"] } ?? [])
    }
    let table = HTML.table(
      caption: "Words of \(cloud.name)", head: ["word", "count"] + (weight == .contrast ? ["z"] : []),
      rows: rows)
    return "<details><summary>Table</summary>\n\(table)</details>\n"
  }

  private static func counted(_ number: Int, _ noun: String) -> String {
    "\(number.grouped) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Three clouds have room in a row, and none is wider than its column.
  private static let style = """
    .figures { grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
    .figures svg { min-width: 20rem; }
    .figures details { max-height: 24rem; overflow-y: auto; }
    """
}
