/// The identities of what the program logs: the field MESSAGE_ID of journal entries.
///
/// They stay the same when a sentence is worded anew, so that monitors can wait for them; `systemd/animo.catalog` explains
/// each, which `journalctl --catalog` shows. What is new needs a line in both (`systemd-id128 new`).
package enum MessageCatalogue {
  /// The identity of each sentence.
  package static let identities: [String: String] = [
    "ready": "2ae40cb307cb4429adba18d73046b1fa",
    "stopped": "ab6643ff82e84eb2ac9267ab391bb181",
    "published": "5c047e9122aa4baba1f3ed82e87cc0e4",
    "refused": "06d0f472a1f84b918e4740b5f1680422",
    "held up: trying again until it works": "d0a147ba62a6498fbb1470b5dee386ed",
    "no longer held up": "15ec018873fc4b9387d3fbc40f4d840a",
    "an earlier run was interrupted; going on with its files": "34d6ee3f279941b4854d98eb9980564a",
    "going on after the checkpoint": "90771d89273a4fa2b111dcb819d1d829",
    "a file that was begun is labelled from its beginning": "4318fcd9fcdc455daafe0caef8b92017",
    "a part is shorter than the ledger says: the disk has lost what it had acknowledged":
      "7a42b081578f42069e84328032d467bb",
    "a claimed file has gone from work/; it is forgotten": "48a5fe3fe5a1449e80f516cd8ad7f0c5",
    "left alone in work/: not of this program's making": "37433d70ccbc438daf2bbe30e6e93db3",
    "left in the inbox: not a regular file": "47ec4e580b22401c92f61fd499324348",
    "the file changed while it was read; beginning again": "a08fe73f4cb840238904017eb61906e3",
    "stopped in the middle of a file; the next start goes on with it": "13d1965ac78e4e248fe6d76ec44ec4cd",
    "stopped while holding; the next start goes on from the last checkpoint":
      "98b01c086cf746e4b0f01420a6e81250",
    "the inbox is gone or closed; waiting for it": "ac04605edbdb4f8b82ebc16302579b47",
    "the inbox is back": "c8538fca10c940c78e7b5b0cb1f10336",
    "cannot hear of new files; looking for them again and again": "24ef5d1d83da475fa7bb5227d9297262",
    "removed old inputs from done/": "5d8740b5b84b4590bf059f104b3d1acc",
    "cannot write the statistics": "7c7169f523294e0ba208578875fe4eeb",
    "reloaded": "cd93d4d29cef4139a2fa9130e8425b97",
    "not reloaded, all stays as it was": "c2c2b0fc3de1495e9f4d1e890da4e962",
    "doubtful configuration": "c95e09bbb9c84cbf9133e011a08dfbc1",
    "cannot say how the reload is going": "b60fba4eb7914c979bed2913bd588299",
    "left in the inbox: it cannot be taken yet": "cf108d7c633d4347a69632f3fe2f1aed",
    "the file's name is too long to add to; it was cut": "f4a6c6c6a0f344458865d8ec8b02ef55",
    "hears of new files again": "b857456e05d0476fa3d0c9e2f2a247d4",
    "more things in the inbox that are not regular files: they are only counted":
      "e19adbec81bd48e5ad74e999cb215317",
    "the inbox is on a network file system: looking for files again and again, and letting them rest for longer":
      "d22c29aaca3c4c1ba5ef8833ae9722de",
  ]
}
