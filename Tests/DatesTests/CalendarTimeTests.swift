import Glibc
import TestSupport
import Testing

@testable import Dates

@Suite("Dates and seconds since 1970") struct CalendarTimeTests {
  @Test("Moments are written as in RFC 3339, also before 1970 and about leap days")
  func writes() {
    for (seconds, text) in [
      (1_759_572_672, "2025-10-04T10:11:12Z"), (951_782_399, "2000-02-28T23:59:59Z"),
      (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (0, "1970-01-01T00:00:00Z"),
      (-2_203_891_200, "1900-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] {
      #expect(CalendarTime(secondsSince1970: seconds).rfc3339 == text)
    }
  }

  @Test("Date, clock and weekday of any moment are those of the C library, and lead back to it")
  func agreesWithLibrary() {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<20_000 {
      var seconds = Int.random(in: -62_000_000_000...300_000_000_000, using: &random)
      var parts = unsafe tm()
      unsafe gmtime_r(&seconds, &parts)
      let time = CalendarTime(secondsSince1970: seconds)
      #expect(
        unsafe (time.year, time.month, time.day)
          == fields(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday))
      #expect(
        unsafe (time.hour, time.minute, time.second) == fields(parts.tm_hour, parts.tm_min, parts.tm_sec))
      #expect(unsafe time.weekday == Int(parts.tm_wday))
      #expect(
        CalendarTime.seconds(
          year: time.year, month: time.month, day: time.day, hour: time.hour, minute: time.minute,
          second: time.second) == seconds)
    }
  }

  @Test("What is in no calendar and on no clock is no moment")
  func refuses() {
    for (year, month, day) in [
      (2025, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1), (2026, 1, 0),
    ] {
      #expect(CalendarTime.days(year, month, day) == nil)
    }
    for (hour, minute, second) in [(24, 0, 0), (0, 60, 0), (0, 0, 60), (-1, 0, 0)] {
      let seconds = CalendarTime.seconds(
        year: 2026, month: 1, day: 1, hour: hour, minute: minute, second: second)
      #expect(seconds == nil)
    }
    #expect(CalendarTime.days(2000, 2, 29) == 11_016)
  }

  private func fields(_ first: Int32, _ second: Int32, _ third: Int32) -> (Int, Int, Int) {
    (Int(first), Int(second), Int(third))
  }
}
