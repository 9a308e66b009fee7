import JSON
import WordClouds

/// Clouds as tables: for people, as JSON and as CSV.
struct WordsTable {
  private let stages: [ReportWordsRun.Stage]
  private let weight: WordCloud.Weight

  /// - Parameter weight: what makes words weighty.
  init(_ stages: [ReportWordsRun.Stage], weight: WordCloud.Weight) {
    (self.stages, self.weight) = (stages, weight)
  }

  /// The clouds side by side, as many as there is room for.
  ///
  /// - Parameter shown: the maximum number of words of each.
  func text(shown: Int, _ style: TextStyle) -> String {
    stages.map { stage in
      let blocks = blocks(of: stage.clouds.map { cells($0, shown: shown) }, width: style.width)
      return (stages.count > 1 ? stage.heading + "\n\n" : "") + blocks.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The rows of a cloud, the first of them its header.
  private func cells(_ cloud: WordCloud, shown: Int) -> [[String]] {
    let header = [
      [cloud.name.onOneLine, "count"] + (weight == .contrast ? ["z"] : []),
      [NumberText.counted(cloud.texts, "text"), NumberText.grouped(cloud.total)]
        + (weight == .contrast ? [""] : []),
    ]
    return header
      + cloud.words.prefix(shown).map { word in
        [word.text, NumberText.grouped(word.count)]
          + (word.z.map { [NumberText.fixed($0, decimals: 1)] } ?? [])
      }
  }

  private func blocks(of clouds: [[[String]]], width: Int) -> [String] {
    var blocks: [String] = []
    var (block, columns) = ([[[String]]](), 0)
    for cloud in clouds {
      let first = cloud.first?.indices ?? 0..<0
      let own = first.reduce(2 * first.count) { sum, column in
        sum + (cloud.map { $0[column].columns }.max() ?? 0)
      }
      if !block.isEmpty, columns + 2 + own > width {
        blocks.append(text(ofBlock: block))
        (block, columns) = ([], 0)
      }
      block.append(cloud)
      columns += 2 + own
    }
    return blocks + (block.isEmpty ? [] : [text(ofBlock: block)])
  }

  private func text(ofBlock clouds: [[[String]]]) -> String {
    let numbers = Array(repeating: TextTable.Alignment.right, count: (clouds[0].first?.count ?? 1) - 1)
    let columns = clouds.indices.flatMap { ($0 > 0 ? [TextTable.Alignment.left] : []) + [.left] + numbers }
    let empty = Array(repeating: "", count: 1 + numbers.count)
    let rows = (0..<(clouds.map(\.count).max() ?? 0)).map { row in
      clouds.enumerated().flatMap { index, cloud in
        (index > 0 ? [""] : []) + (row < cloud.count ? cloud[row] : empty)
      }
    }
    return TextTable(columns: columns).text(rows)
  }

  /// `{"by", "weight", "clouds": [{"name", "before_cleaning", "texts", "total_words", "words": [{"word", "count", "z"}, …]}, …]}`
  func json(by grouping: CloudGrouping) -> JSONValue {
    let clouds = stages.flatMap { stage in
      stage.clouds.map { cloud in
        let words = cloud.words.map { word in
          JSONValue.object(
            [("word", .string(word.text)), ("count", .integer(word.count))]
              + (word.z.map { [("z", .decimal($0, places: 2))] } ?? []))
        }
        return JSONValue.object([
          ("name", .string(cloud.name)), ("before_cleaning", .bool(stage.isBefore)),
          ("texts", .integer(cloud.texts)), ("total_words", .integer(cloud.total)), ("words", .array(words)),
        ])
      }
    }
    return .object([
      ("by", .string(grouping.rawValue)), ("weight", .string(weight.rawValue)), ("clouds", .array(clouds)),
    ])
  }

  /// A line for each word, as comma-separated values (RFC 4180) with a header; `z` is empty where weights are counts.
  var csv: String {
    var text = "cloud,before_cleaning,rank,word,count,z\r\n"
    for stage in stages {
      for cloud in stage.clouds {
        for (index, word) in cloud.words.enumerated() {
          let z = word.z.map { NumberText.fixed($0, decimals: 2).replacing(",", with: "") } ?? ""
          let fields = [
            StatsTable.quoted(cloud.name), "\(stage.isBefore)", "\(index + 1)", StatsTable.quoted(word.text),
            "\(word.count)", z,
          ]
          text += fields.joined(separator: ",") + "\r\n"
        }
      }
    }
    return text
  }
}
