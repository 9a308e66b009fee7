import SystemPackage
import Testing

@testable import Commands

@Suite("Which ledger is a spool's") struct SpoolPlaceTests {
  @Test(
    "Under systemd, the ledger of an instance is in a folder of its own",
    arguments: [
      ("/var/spool/animo", "/var/lib/animo"), ("/var/spool/animo-madrid", "/var/lib/animo-madrid"),
      ("/var/spool/animo-madrid/", "/var/lib/animo-madrid"), ("/srv/animo-madrid", "/var/lib/animo-madrid"),
      ("/srv/tweets", "/var/lib/animo"), ("spool", "/var/lib/animo"), ("/", "/var/lib/animo"),
    ])
  func instances(root: String, state: String) {
    #expect(SpoolPlace.systemState(of: FilePath(root)) == FilePath(state))
  }
}
