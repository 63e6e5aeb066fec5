use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own, gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("matcher-labelled-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("prints")).unwrap();
        Self(path)
    }

    fn prints(&self) -> PathBuf {
        self.0.join("prints")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn templates_are_listed_in_order() {
    let folder = Folder::new();
    for name in ["b.fmr", "a.XYT", "c.txt", "._b.fmr", "d", "Z.iso"] {
        folder.write(&format!("prints/{name}"), "");
    }
    fs::create_dir(folder.prints().join("folder.fmr")).unwrap();
    let files = list_templates(&folder.prints()).unwrap();
    let names: Vec<_> = files.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["Z.iso", "a.XYT", "b.fmr"]);
}

#[test]
fn a_folder_without_templates_is_named() {
    let folder = Folder::new();
    let message = list_templates(&folder.prints()).unwrap_err().to_string();
    assert!(message.contains("prints: number of template files is 0"), "{message}");
    let message = list_templates(&folder.0.join("nowhere")).unwrap_err().to_string();
    assert!(message.contains("nowhere: "), "{message}");
}

#[test]
fn the_nearest_set_file_wins_over_a_guess() {
    let folder = Folder::new();
    let stems = ["a1_1", "b1_1"];
    let rule = || NamingRule::for_folder(&folder.prints(), &stems).map(|(rule, _)| rule.to_string());
    assert_eq!(rule().unwrap(), "<encounter a|b><person>_<finger position>");
    folder.write("set.json", r#"{"naming": "<finger>_<impression>", "dpi": 500}"#);
    assert_eq!(rule().unwrap(), "<finger>_<impression>");
    folder.write("prints/set.json", r#"{"dpi": 500}"#);
    assert_eq!(rule().unwrap(), "<finger>_<impression>");
    folder.write("prints/set.json", r#"{"naming": "<finger>_<view>"}"#);
    assert_eq!(rule().unwrap(), "<finger>_<view>");
}

#[test]
fn a_wrong_set_file_is_named_and_never_passed_over() {
    let folder = Folder::new();
    let message = |text: &str| {
        folder.write("set.json", text);
        NamingRule::for_folder(&folder.prints(), &["1_1", "1_2"]).unwrap_err().to_string()
    };
    for (text, part) in [
        ("{", "a JSON object"),
        ("[]", "a JSON object"),
        (r#"{"naming": 5}"#, "naming is 5, expected a text"),
        (r#"{"naming": "<"}"#, "every < is closed"),
        (r#"{"naming": "<person>_<finger>_<view>"}"#, "a file name is 1_1"),
    ] {
        let message = message(text);
        assert!(message.contains(part) && message.contains("set.json"), "{text}: {message}");
    }
    let long = format!(r#"{{"naming": "<finger>_<view>", "x": "{}"}}"#, " ".repeat(65536));
    assert!(message(&long).contains("at most 65536 bytes"));
}

#[test]
fn the_folder_above_is_found_from_anywhere() {
    for (dir, above) in [("a/b", "a"), ("a", "."), (".", "./.."), ("a/..", "a/../.."), ("/", "/..")] {
        assert_eq!(parent(Path::new(dir)), Path::new(above));
    }
}
