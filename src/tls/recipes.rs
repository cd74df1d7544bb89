//! How to make programs trust the authority that do not ask the system.

use crate::text::{Text, Value};

/// One way for one kind of client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The client, as people call it.
    pub client: Text,
    /// Commands, settings or a file's text, line by line.
    pub text: Text,
}

/// Every recipe, with the path of the authority's certificate filled in.
pub fn recipes(ca: &str) -> Vec<Recipe> {
    // It stands between quotes everywhere.
    let ca = &ca.replace('\'', r"'\''");
    RECIPES
        .iter()
        .map(|&(client, text)| Recipe {
            client: Text::fixed(client),
            text: Text::of(text, vec![("ca".into(), Value::Data(ca.clone()))]),
        })
        .collect()
}

const RECIPES: &[(&str, &str)] = &[
    ("curl", "curl --cacert '{ca}' …"),
    ("Node", "NODE_EXTRA_CA_CERTS='{ca}' node …"),
    ("Python (requests)", "REQUESTS_CA_BUNDLE='{ca}' python …"),
    ("Python (ssl), Ruby, Go on Linux", "SSL_CERT_FILE='{ca}' …"),
    ("PHP", "php -d curl.cainfo='{ca}' -d openssl.cafile='{ca}' …"),
    (
        "Java",
        "keytool -importcert -noprompt -alias evotor-gateway -file '{ca}' \\\n  \
         -keystore trust.p12 -storetype PKCS12 -storepass changeit\n\
         java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit …",
    ),
    ("Git", "git -c http.sslCAInfo='{ca}' …"),
    ("Windows from WSL", "certutil.exe -user -addstore Root \"$(wslpath -w '{ca}')\""),
    (
        "Container image (Debian, Alpine)",
        "COPY ca.pem /usr/local/share/ca-certificates/evotor-gateway.crt\n\
         RUN update-ca-certificates",
    ),
    (
        "Android app (emulator or terminal)",
        "adb push '{ca}' /sdcard/Download/\n\
         Then: Settings, Security, Install a certificate, CA certificate.\n\
         An app for Android 7 or later trusts it if its debug build says so,\n\
         in res/xml/network_security_config.xml:\n\
         <network-security-config><debug-overrides><trust-anchors>\n\
         <certificates src=\"user\"/><certificates src=\"system\"/>\n\
         </trust-anchors></debug-overrides></network-security-config>",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_names_the_file_it_is_about() {
        let all = recipes("/some where/ca.pem");
        for recipe in &all {
            let text = recipe.text.to_string();
            assert!(text.contains("ca.pem") && !text.contains('{'), "{text}");
        }
        let node = all.iter().find(|recipe| recipe.client.template() == "Node").unwrap();
        assert_eq!(node.text.to_string(), "NODE_EXTRA_CA_CERTS='/some where/ca.pem' node …");
        let quote = &recipes("/it's/ca.pem")[0];
        assert_eq!(quote.text.to_string(), r"curl --cacert '/it'\''s/ca.pem' …");
    }
}
