//! `certs` as a map.

use super::Shape::{Flag, Text};
use super::{SECRET_FILE, Section, Shape, may, must};

pub(in crate::config) const CERTS: Section = Section {
    about: "Certificates toward apps.",
    keys: &[
        may("dir", Text, "The folder. Default ./certs."),
        may(
            "constrain",
            Flag,
            "Whether the CA may sign for no other hosts than those of allow and upstreams, with the \
             names below them. Default false.",
        ),
        may("ca", Shape::Section(&CERTS_CA), "A CA of your own instead of one that is made."),
    ],
};

pub(in crate::config) const CERTS_CA: Section = Section {
    about: "A CA of your own.",
    keys: &[
        must("cert", Text, "PEM file of its certificate, those above it behind."),
        must("key", Shape::Section(&SECRET_FILE), "Its private key, in PEM form."),
    ],
};
