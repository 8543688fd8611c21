/** The words of the page that brings this house's certificate to a phone. */

import { catalogue } from "../shared/texts.ts";

/** Says a text of the page. */
export const say = catalogue({
  page_title: "Odeon: this house's certificate",
  heading: "Let this device speak",
  lead: "Browsers open the microphone only on secure pages. This house makes its own certificate for your network; your device takes it once, then speakers' links open without a warning.",
  listeners: "Only for speaking: whoever just listens needs none of this.",
  get: "Get the certificate",
  next: "Then open the link you were sent again.",
  meanwhile:
    "In a hurry? On a computer or an Android phone you may also open your link, choose “Advanced” in the warning and go on. The sound is encrypted all the same.",
  title_ios: "iPhone or iPad",
  ios_1: "Press the button above in Safari and allow the profile.",
  ios_2: "In Settings, press “Profile Downloaded”, then “Install”.",
  ios_3: "In Settings, General, About, Certificate Trust Settings, switch on “Odeon on this network”.",
  title_android: "Android",
  android_1: "Press the button above; the file is downloaded.",
  android_2: "In Settings search for “CA certificate” and press “Install anyway”.",
  android_3: "Choose the file odeon-ca.crt.",
  title_mac: "Mac",
  mac_1: "Press the button above and open the file: Keychain Access asks where to put it; choose “login”.",
  mac_2: "Double-click “Odeon on this network” there and set it to “Always Trust”.",
  title_windows: "Windows",
  windows_1: "Press the button above and open the file; press “Install Certificate…”.",
  windows_2: "Choose “Current User”, then “Trusted Root Certification Authorities”.",
  title_firefox: "Firefox, anywhere",
  firefox_1: "In its settings search for “certificates”, press “View Certificates”, “Authorities”, “Import…”.",
  firefox_2: "Choose the file and tick “Trust this CA to identify websites”.",
  afterwards:
    "When the event is over you may remove the certificate in the same place. Its key never leaves the computer that runs this house, and it is good for nothing but this house.",
});
