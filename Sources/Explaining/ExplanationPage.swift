internal import JSON
internal import Sentiment

/// A page that shows texts with their words coloured by what they contribute: one HTML file that needs no other, for
/// light and dark screens.
package struct ExplanationPage {
  private let model: String
  private var articles = ""
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
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Which words decided</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <h1>Which words decided</h1>
    <p>Model \(Self.escaped(model)). A word on <span class="f" style="--s:.8">blue</span> speaks for the label named in
    its table, a word on <span class="a" style="--s:.8">red</span> against it; the stronger the colour, the more it
    contributes to the log-odds.</p>
    \(articles)</body>
    </html>

    """
  }

  /// A text's words and marks as HTML spans of the classes `f` (for) and `a` (against), with the strength 0 to 1 in
  /// `--s`; a pointer shows the number.
  package static func coloured(_ attribution: Attribution, label: Int) -> String {
    let parts = Coloured(attribution, label: label)
    return parts.parts.map { part in
      guard let worth = part.worth else { return escaped(part.text) }
      let strength = Self.decimal(abs(part.strength), 2)
      let kind = part.strength < 0 ? "a" : "f"
      return """
        <span class="\(kind)" style="--s:\(strength)" title="\(signed(worth))">\(escaped(part.text))</span>
        """
    }.joined()
  }

  private func probabilities(_ attribution: Attribution) -> String {
    let bars = zip(attribution.labels, attribution.explanation.probabilities).map { name, probability in
      let share = Self.decimal(Double(probability) / 1e6, 4)
      return """
        <tr><th scope="row">\(Self.escaped(name))</th><td>\(share)</td><td class="bar"><i style="--p:\(share)"></i></td></tr>
        """
    }
    return "<table class=\"p\">\n\(bars.joined(separator: "\n"))\n</table>\n"
  }

  private func details(_ attribution: Attribution, label: Int) -> String {
    guard !attribution.isUnjudged else {
      return "<p>Nothing to judge: no letter, and no emoticon or emoji that the model knows.</p>\n"
    }
    let names = attribution.labels.map { "<th scope=\"col\">\(Self.escaped($0))</th>" }.joined()
    let rows = AttributionTable(attribution).rows.map { row in
      let cells = row.worth.map { "<td>\(Self.signed($0))</td>" }.joined()
      let attention = row.attention.map { Self.decimal($0, 2) } ?? ""
      let kind = row.isSum ? " class=\"sum\"" : ""
      return "<tr\(kind)><th scope=\"row\">\(Self.escaped(row.name))</th>\(cells)<td>\(attention)</td></tr>"
    }
    let error = Self.decimal(100 * attribution.relativeError, 2)
    return """
      <details\(count == 1 ? " open" : "")><summary>Contributions to the log-odds; coloured for \
      \(Self.escaped(attribution.labels[label]))</summary>
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

  private func ngrams(_ attribution: Attribution, label: Int) -> String {
    let weightiest = attribution.weightiestNGrams(for: label, count: 12)
    guard !weightiest.isEmpty else { return "" }
    let items = weightiest.map { "<li>\(Self.escaped($0.text)) <b>\(Self.signed($0.worth[label]))</b></li>" }
    return
      "<p class=\"note\">Its weightiest n-grams, which the words share:</p>\n<ul>\(items.joined())</ul>\n"
  }

  private static func decimal(_ value: Double, _ places: Int) -> String {
    value.decimalText(places: places) ?? ""
  }

  private static func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + Self.decimal(abs(value), 3)
  }

  /// A text as HTML; control characters, which HTML has no way to write, become U+FFFD.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case _ where scalar.value < 0x20 && scalar.properties.isWhitespace: escaped += " "
      case _ where scalar.value < 0x20: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static let style = """
    :root { --for: 33 102 172; --against: 178 24 43; --most: .5; --ink: #222; --paper: #fff; --line: #ddd; --quiet: #5f5f5f; }
    @media (prefers-color-scheme: dark) {
      :root { --for: 67 147 215; --against: 224 90 80; --most: .6; --ink: #e6e6e6; --paper: #16181c; --line: #3a3d44; --quiet: #a5a8ae; }
    }
    body { margin: 2rem auto; padding: 0 1rem; max-width: 48rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif; }
    h1 { font-size: 1.4rem; }
    article { border-top: 1px solid var(--line); padding: 1rem 0; }
    .text { font-size: 1.25rem; line-height: 1.9; margin: 0 0 .5rem; overflow-wrap: anywhere; }
    .f, .a { border-radius: .25em; padding: .1em .15em; }
    .f { background: rgb(var(--for) / calc(var(--s) * var(--most))); }
    .a { background: rgb(var(--against) / calc(var(--s) * var(--most))); }
    table { border-collapse: collapse; font-size: .875rem; }
    th, td { padding: .1rem .6rem .1rem 0; text-align: right; font-variant-numeric: tabular-nums; font-weight: normal; }
    th:first-child { text-align: left; }
    thead th { color: var(--quiet); border-bottom: 1px solid var(--line); }
    .sum th, .sum td { border-top: 1px solid var(--line); font-weight: 600; }
    .bar { width: 12rem; } .bar i { display: block; height: .6rem; width: calc(var(--p) * 100%); background: var(--quiet); }
    details { margin-top: .5rem; } summary, .note { color: var(--quiet); font-size: .875rem; }
    ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0; font-size: .875rem; }
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
