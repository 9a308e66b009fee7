import JSON
import Statistics
import TestSupport
import Testing

@Suite("Words") struct WordsTests {
  @Test(
    "In whatever order words and summaries are added, and however often they are written and read, each true count is within its bounds",
    arguments: 0..<8)
  func bounds(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var exact: [String: Int] = [:]
    var parts = (0..<12).map { _ in Words() }
    for _ in 0..<60_000 {
      // Zipf's law, with a tail that no summary holds.
      let word = "w\(Int(20_000 * generator.uniform() * generator.uniform() * generator.uniform()))"
      exact[word, default: 0] += 1
      let part = Int(generator.next() % UInt64(parts.count))
      parts[part].add(word, 1, label: "positive")
      if generator.next() % 5000 == 0 { parts[part] = try #require(Words(bytes: parts[part].bytes)) }
    }
    while parts.count > 1 {
      let part = parts.remove(at: Int(generator.next() % UInt64(parts.count)))
      parts[Int(generator.next() % UInt64(parts.count))] += part
    }
    let words = try #require(Words(bytes: parts[0].bytes))
    let summary = try #require(words.summaries["positive"])
    #expect(summary.total == 60_000)
    #expect(summary.absent > 0 && summary.absent * (WordSummary.capacity + 1) <= summary.total)
    #expect(summary.counts.count <= WordSummary.capacity)
    for (word, count) in exact {
      guard let known = summary.counts[word] else {
        #expect(count <= summary.absent, "\(word)")
        continue
      }
      #expect(known.seen <= count && count <= known.most, "\(word)")
      #expect(known.missed <= summary.absent)
    }
    #expect(summary.counts.keys.allSatisfy { exact[$0] != nil })
    let frequent = summary.frequent(10).map(\.word)
    #expect(Set(exact.sorted { $0.value > $1.value }.prefix(5).map(\.key)).isSubset(of: frequent))
  }

  @Test("A batch counts exactly, by hour and label, and hours from the future are left out")
  func batch() {
    var (generator, batch) = (SeededGenerator(seed: 3), WordBatch())
    var exact: [String: Int] = [:]
    for _ in 0..<20_000 {
      let (hour, label) = (Int(generator.next() % 3) * 3600, Int(generator.next() % 2))
      let word = "palabra\(generator.next() % 900)"
      exact["\(hour) \(label) \(word)", default: 0] += 1
      batch.add(Array(word.utf8).span, at: batch.number(ofHour: hour, label: label))
    }
    var found: [String: Int] = [:]
    batch.forEach { place, word, count in found["\(place.hour) \(place.label) \(word)"] = count }
    #expect(found == exact)
    var events = EventWords()
    events.add(batch, of: ["negative", "positive"], until: 3600)
    #expect(events.hours.keys.sorted() == [0, 3600])
    let total = exact.reduce(0) { $0 + ($1.key.hasPrefix("3600 1 ") ? $1.value : 0) }
    #expect(events.hours[3600]?.summaries["positive"]?.total == total)
  }

  @Test("A batch tells words of all lengths apart, however alike they are")
  func alikeWords() {
    var batch = WordBatch()
    let place = batch.number(ofHour: 0, label: 0)
    let words = (1...40).flatMap { length in
      ["a", "b"].map { String(repeating: "a", count: length) + $0 }
    }
    for _ in 0..<3 { for word in words { batch.add(Array(word.utf8).span, at: place) } }
    var found: [String: Int] = [:]
    batch.forEach { _, word, count in found[word] = count }
    #expect(found.count == words.count && found.values.allSatisfy { $0 == 3 })
  }

  @Test("Telling is what is said of a label more than of the others, against what is known for certain")
  func telling() throws {
    var words = Words()
    words.add("bien", 30, label: "positive")
    words.add("resto", 970, label: "positive")
    words.add("bien", 5, label: "negative")
    words.add("resto", 995, label: "negative")
    words.add("resto", 1000, label: "neutral")
    let telling = words.telling("positive")
    #expect(telling.map(\.word) == ["bien"])
    // log((41.67 / 1958.33) / (16.67 / 2983.33)) / √(1 / 41.67 + 1 / 1958.33 + 1 / 16.67 + 1 / 2983.33)
    #expect(abs((telling.first?.z ?? 0) - 4.590_854) < 1e-5)
    #expect(words.telling("none") == [])
    #expect(
      words.json(of: "positive").line
        == #"{"frequent":[{"word":"resto","count":970,"error":0},{"word":"bien","count":30,"error":0}],"#
        + #""telling":[{"word":"bien","z":4.59}]}"#)
    // Of one label alone nothing tells.
    var alone = Words()
    alone.add("bien", 30, label: "positive")
    #expect(alone.telling("positive") == [])
    #expect(alone.json(of: "negative").line == #"{"frequent":[],"telling":[]}"#)
  }

  @Test("Bytes that were cut off or changed give no words, or others, and never a crash")
  func damaged() throws {
    var words = Words()
    for number in 0..<50 { words.add("niño\(number)", 1 + number * 100, label: number % 2 == 0 ? "a" : "ñ") }
    let bytes = words.bytes
    #expect(Words(bytes: bytes) == words)
    for length in 0..<bytes.count { #expect(Words(bytes: Array(bytes.prefix(length))) == nil) }
    #expect(Words(bytes: bytes + [0]) == nil)
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        if let other = Words(bytes: changed) { #expect(other != words) }
      }
    }
  }
}

extension SeededGenerator {
  fileprivate mutating func uniform() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
