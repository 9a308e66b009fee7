internal import JSON
package import Pages
internal import Sentiment

/// A page that shows texts with their words coloured by what they contribute.
package struct ExplanationPage {
  private let model: String
  private var articles: HTML = ""
  private var count = 0

  /// - Parameter model: the model's name.
  package init(model: String) {
    self.model = model
  }

  /// Adds a text.
  ///
  /// - Parameter label: whose log-odds the colours show.
  package mutating func add(_ attribution: Attribution, label: Int) {
    count += 1
    articles += """
      <article>
      <p class="text" lang="es">\(Self.coloured(attribution, label: label))</p>
      \(probabilities(attribution))\(details(attribution, label: label))</article>

      """
  }

  /// The whole file.
  package var document: String {
    var page = Page(title: "Which words decided", style: Self.style)
    page.add(
      """
      <p>Model \(model). A word on <span class="f" style="--s:.8">blue</span> speaks for the label named in
      its table, a word on <span class="a" style="--s:.8">red</span> against it; the stronger the colour, the more it
      contributes to the log-odds.</p>
      \(articles)
      """)
    return page.document
  }

  /// A text's words and marks as HTML spans of the classes `f` (for) and `a` (against), with the strength 0 to 1 in
  /// `--s`; a pointer shows the number. `wordStyle` colours them.
  package static func coloured(_ attribution: Attribution, label: Int) -> HTML {
    Coloured(attribution, label: label).parts.map { part -> HTML in
      guard let worth = part.worth else { return "\(part.text)" }
      let strength = decimal(abs(part.strength), 2)
      let kind = part.strength < 0 ? "a" : "f"
      return
        "<span class=\"\(kind)\" style=\"--s:\(strength)\" title=\"\(signed(worth))\">\(part.text)</span>"
    }.joined()
  }

  private func probabilities(_ attribution: Attribution) -> HTML {
    let bars = zip(attribution.labels, attribution.explanation.probabilities).map {
      name, probability -> HTML in
      let share = Self.decimal(Double(probability) / 1e6, 4)
      return """
        <tr><th scope="row">\(name)</th><td>\(share)</td><td class="bar"><i style="--p:\(share)"></i></td></tr>
        """
    }
    return "<table class=\"p\">\n\(bars.joined(separator: "\n"))\n</table>\n"
  }

  private func details(_ attribution: Attribution, label: Int) -> HTML {
    guard !attribution.isUnjudged else {
      return "<p>Nothing to judge: no letter, and no emoticon or emoji that the model knows.</p>\n"
    }
    let names = attribution.labels.map { "<th scope=\"col\">\($0)</th>" as HTML }.joined()
    let rows = AttributionTable(attribution).rows.map { row -> HTML in
      let cells = row.worth.map { "<td>\(Self.signed($0))</td>" as HTML }.joined()
      let attention = row.attention.map { Self.decimal($0, 2) } ?? ""
      let kind: HTML = row.isSum ? " class=\"sum\"" : ""
      return "<tr\(kind)><th scope=\"row\">\(row.name)</th>\(cells)<td>\(attention)</td></tr>"
    }
    let error = Self.decimal(100 * attribution.relativeError, 2)
    return """
      <details\(count == 1 ? " open" : "" as HTML)><summary>Contributions to the log-odds; coloured for \
      \(attribution.labels[label])</summary>
      <table>
      <thead><tr><th scope="col">word</th>\(names)<th scope="col">attention</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      <p class="note">The words' contributions miss the network's part by \(error) %.</p>
      \(ngrams(attribution, label: label))</details>

      """
  }

  private func ngrams(_ attribution: Attribution, label: Int) -> HTML {
    let weightiest = attribution.weightiestNGrams(for: label, count: 12)
    guard !weightiest.isEmpty else { return "" }
    let items = weightiest.map { "<li>\($0.text) <b>\(Self.signed($0.worth[label]))</b></li>" as HTML }
    return """
      <p class="note">Its weightiest n-grams, which the words share:</p>
      <ul class="inline">\(items.joined())</ul>

      """
  }

  private static func decimal(_ value: Double, _ places: Int) -> String {
    value.decimalText(places: places) ?? ""
  }

  private static func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + decimal(abs(value), 3)
  }

  /// The colours of `coloured`, for the pages that show it.
  package static let wordStyle = """
    :root { --for: 33 102 172; --against: 178 24 43; --most: .5; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --for: 67 147 215; --against: 224 90 80; --most: .6; }
    }
    .f, .a { border-radius: .25em; padding: .1em .15em; }
    .f { background: rgb(var(--for) / calc(var(--s) * var(--most))); }
    .a { background: rgb(var(--against) / calc(var(--s) * var(--most))); }
    """

  private static let style =
    wordStyle + """

      .bar { width: 12rem; } .bar i { display: block; height: .6rem; width: calc(var(--p) * 100%); background: var(--quiet); }
      .p td, .p th { vertical-align: middle; }
      """
}

/// A cleaned text cut into what has a colour and what has none, then its marks.
package struct Coloured {
  /// A part of the text.
  package struct Part {
    package let text: String
    /// What it contributes to the label; nil for what stands between words.
    package let worth: Double?
    /// The same as a share of the greatest magnitude, -1 to 1.
    package let strength: Double
  }

  package private(set) var parts: [Part] = []

  /// - Parameter label: whose log-odds count.
  package init(_ attribution: Attribution, label: Int) {
    let bytes = Array(attribution.explanation.cleaned.utf8)
    let worths = attribution.words.map { $0.worth[label] } + attribution.marks.map { $0[label] }
    // Less than a tenth of a log-odd is no strong word, whatever the others are.
    let greatest = max(0.1, worths.map(abs).max() ?? 0)
    func add(_ text: String, _ worth: Double?) {
      guard !text.isEmpty else { return }
      parts.append(Part(text: text, worth: worth, strength: (worth ?? 0) / greatest))
    }
    var end = 0
    for word in attribution.words {
      add(String(decoding: bytes[end..<word.range.lowerBound], as: UTF8.self), nil)
      add(word.text, word.worth[label])
      end = word.range.upperBound
    }
    add(String(decoding: bytes[end...], as: UTF8.self), nil)
    for (mark, worth) in zip(attribution.explanation.marks, attribution.marks) {
      add(" ", nil)
      add(mark.text, worth[label])
    }
  }
}

/// Everything that adds up to a text's log-odds, row by row.
package struct AttributionTable {
  /// A row.
  package struct Row {
    package let name: String
    /// For each label.
    package let worth: [Double]
    /// Of a word.
    package let attention: Double?
    package let isSum: Bool
  }

  package let rows: [Row]

  package init(_ attribution: Attribution) {
    var rows = attribution.words.map { word in
      Row(
        name: word.isUnknown ? "\(word.text)?" : word.text, worth: word.worth, attention: word.attention,
        isSum: false)
    }
    rows += zip(attribution.explanation.marks, attribution.marks).map { mark, worth in
      Row(
        name: mark.count > 1 ? "\(mark.text) × \(mark.count)" : mark.text, worth: worth, attention: nil,
        isSum: false)
    }
    rows.append(Row(name: "(no words)", worth: attribution.base, attention: nil, isSum: false))
    let rest = zip(attribution.rounding, attribution.error).map(-)
    rows.append(Row(name: "(rounding)", worth: rest, attention: nil, isSum: false))
    rows.append(Row(name: "log-odds", worth: attribution.logOdds, attention: nil, isSum: true))
    self.rows = rows
  }
}
