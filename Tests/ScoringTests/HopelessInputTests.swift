import Statistics
import Testing

@testable import Scoring
@testable import Tweets

@Suite("Hopeless inputs") struct HopelessInputTests {
  @Test("A thousand bad lines at the beginning are hopeless, wherever they are divided")
  func hopeless() {
    func segment(leading: Int, labelled: Int = 0) -> ScoredChunk.Segment {
      var segment = ScoredChunk.Segment(Chunk.Segment(endOf: 0), labels: ["negative", "positive"])
      segment.leadingRejections = leading
      for _ in 0..<leading { segment.counts.reject(.invalidUTF8) }
      segment.counts.labelled = [labelled, 0]
      return segment
    }
    func refusal(_ labelled: Int, _ rejected: Int, _ segment: ScoredChunk.Segment) -> String? {
      HopelessInput.refusal(afterTweets: labelled, rejected: rejected, segment)?
        .detail(Remedy.plainly)
    }
    #expect(refusal(0, 0, segment(leading: 999)) == nil)
    #expect(refusal(0, 0, segment(leading: 1000, labelled: 5))?.contains("encoding") == true)
    #expect(refusal(0, 990, segment(leading: 9)) == nil)
    #expect(refusal(0, 990, segment(leading: 10)) != nil)
    #expect(refusal(1, 990, segment(leading: 1000)) == nil)
  }
}
