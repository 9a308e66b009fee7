import Statistics
import Testing

@Suite("Counts") struct CountsTests {
  @Test("Counts with the same names are added place by place")
  func sameNames() {
    var sum = counts(["negative", "positive"], [1, 2])
    sum += counts(["negative", "positive"], [10, 20])
    #expect(sum.labelled == [11, 22])
    sum -= counts(["negative", "positive"], [1, 2])
    #expect(sum.labelled == [10, 20])
  }

  @Test("Counts with other names are added by name; new names come behind")
  func otherNames() {
    var sum = counts(["negative", "positive"], [1, 2])
    sum += counts(["neutral", "negative"], [10, 20])
    #expect(sum.labels == ["negative", "positive", "neutral"])
    #expect(sum.labelled == [21, 2, 10])
    #expect(sum.labelledTotal == 33)
    sum -= counts(["neutral", "other"], [10, 3])
    #expect(sum.labelled == [21, 2, 0, -3])
  }

  @Test("Reasons and their counts follow the same rules, and files and blank lines add up")
  func reasons() {
    var (first, second) = (Counts(reasons: ["bad_json"]), Counts(reasons: ["no_text", "bad_json"]))
    (first.rejected, second.rejected) = ([1], [2, 3])
    (first.blank, second.blank, second.files, second.refusedFiles) = (4, 5, 6, 7)
    first += second
    #expect(first.reasons == ["bad_json", "no_text"])
    #expect(first.rejected == [4, 2])
    #expect((first.blank, first.files, first.refusedFiles) == (9, 6, 7))
    #expect(first.lines == 15)
  }

  @Test("Lines with nothing to judge and those left out add up, and are in no share and no mean")
  func apart() {
    var first = counts(["negative", "positive"], [1, 3])
    first.probability = [1_000_000, 3_000_000]
    (first.unjudged, first.leftOut, first.blank, first.rejected) = (6, 7, 1, [])
    var sum = first
    sum += first
    #expect((sum.unjudged, sum.leftOut, sum.lines) == (12, 14, 8 + 12 + 14 + 2))
    #expect((sum.answered, sum.tweets) == (20, 34))
    #expect((sum.share(ofLabel: 1), sum.meanProbability(ofLabel: 1)) == (0.75, 0.75))
    let renamed = sum.arranged(by: ["positive"], [])
    #expect((renamed.unjudged, renamed.leftOut) == (12, 14))
    sum -= first
    #expect(sum == first)
    first.unjudged = 5
    #expect(sum != first)
    var nothing = Counts()
    nothing.leftOut = 1
    #expect(!nothing.isEmpty)
  }

  @Test("Two counts are equal when each name has the same count in both, in whatever order")
  func equality() {
    #expect(counts(["a", "b"], [1, 2]) == counts(["b", "a", "c"], [2, 1, 0]))
    #expect(counts(["a", "b"], [1, 2]) != counts(["b", "a"], [1, 2]))
    #expect(counts(["a"], [0]) == Counts())
    #expect(counts(["a"], [1]) != counts(["b"], [1]))
  }

  @Test("Nothing is only nothing when every count is 0, though the sum may be")
  func emptiness() {
    #expect(counts(["a", "b"], [0, 0]).isEmpty)
    #expect(!counts(["a", "b"], [1, -1]).isEmpty)
  }

  @Test("Arranged by other names, what these do not name is left out")
  func arranged() {
    var before = counts(["old", "positive"], [5, 7])
    (before.probability, before.blank) = ([50, 70], 3)
    let after = before.arranged(by: ["negative", "positive"], ["bad_json"])
    #expect(after.labels == ["negative", "positive"])
    #expect(after.labelled == [0, 7])
    #expect(after.probability == [0, 70])
    #expect(after.rejected == [0])
    #expect(after.blank == 3)
  }

  @Test("Buckets are added number by number")
  func buckets() {
    var sum = [1: counts(["a"], [1]), 2: counts(["a"], [2])]
    sum += [2: counts(["a"], [10]), 3: counts(["a"], [3])]
    #expect(sum.mapValues(\.labelledTotal) == [1: 1, 2: 12, 3: 3])
  }

  private func counts(_ labels: [String], _ labelled: [Int]) -> Counts {
    var counts = Counts(labels: labels)
    counts.labelled = labelled
    return counts
  }
}
