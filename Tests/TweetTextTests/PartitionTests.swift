import Testing

@testable import TweetText

@Suite("The index where the second part of a collection begins")
struct PartitionTests {
  @Test("is found for every number of elements and every place")
  func everyPlace() {
    for count in 0..<20 {
      for place in 0...count {
        #expect((0..<count).partitioningIndex { $0 >= place } == place)
      }
    }
  }

  @Test("is one of the slice's own")
  func slices() {
    let slice = [9, 1, 3, 3, 5, 0][1..<5]
    #expect(slice.partitioningIndex { $0 >= 3 } == 2)
    #expect(slice.partitioningIndex { $0 > 3 } == 4)
    #expect(slice.partitioningIndex { $0 > 5 } == 5)
  }
}
