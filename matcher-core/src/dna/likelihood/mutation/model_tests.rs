use super::*;
use crate::dna::likelihood::Mutation;

fn said(model: Result<MutationModel>) -> String {
    model.unwrap_err().to_string()
}

#[test]
fn rates_keep_their_range() {
    for wrong in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let expected =
            |model: &str, field: &str| format!("mutation model {model}: {field} is {wrong}, expected 0 to 1");
        assert_eq!(said(MutationModel::equal(wrong)), expected("equal", "rate"));
        assert_eq!(said(MutationModel::proportional(wrong)), expected("proportional", "rate"));
        assert_eq!(said(MutationModel::stepwise(wrong, 0.0, 0.1)), expected("stepwise", "rate"));
        assert_eq!(said(MutationModel::stepwise(0.1, wrong, 0.1)), expected("stepwise", "rate2"));
        assert_eq!(said(MutationModel::one_step(wrong)), expected("onestep", "rate"));
        assert_eq!(said(MutationModel::dawid(wrong, 0.1)), expected("dawid", "rate"));
    }
    assert_eq!(
        said(MutationModel::stepwise(0.75, 0.5, 0.1)),
        "mutation model stepwise: rate + rate2 is 1.25, expected 0 to 1"
    );
    for wrong in [0.0, -1.0, 1.5, f64::NAN] {
        let expected = |model: &str| {
            format!("mutation model {model}: range is {wrong}, expected more than 0 and at most 1")
        };
        assert_eq!(said(MutationModel::stepwise(0.1, 0.1, wrong)), expected("stepwise"));
        assert_eq!(said(MutationModel::dawid(0.1, wrong)), expected("dawid"));
    }
    assert_eq!(MutationModel::equal(-0.0).unwrap().to_string(), "equal(rate=0)");
}

#[test]
fn text() {
    let shown = |model: Result<MutationModel>| model.unwrap().to_string();
    assert_eq!(shown(MutationModel::equal(0.5)), "equal(rate=0.5)");
    assert_eq!(shown(MutationModel::proportional(1e-4)), "proportional(rate=0.0001)");
    assert_eq!(shown(MutationModel::one_step(1.0)), "onestep(rate=1)");
    assert_eq!(shown(MutationModel::dawid(1e-5, 0.3)), "dawid(rate=1e-5, range=0.3)");
    let pm = MutationModel::equal(0.1).unwrap().transformed(Some(Transform::Stationary));
    assert_eq!(pm.to_string(), "equal(rate=0.1) PM");
    assert_eq!((pm.kind(), pm.transform()), (MutationKind::Equal { rate: 0.1 }, Some(Transform::Stationary)));
    assert_eq!(
        "mh".parse::<Transform>().unwrap_err().to_string(),
        "mutation transform is \"mh\", expected MH, BA, PR or PM"
    );
}

#[test]
fn which_let_alleles_be_joined() {
    let lumpable = |model: Result<MutationModel>| model.unwrap().is_always_lumpable();
    assert!(lumpable(MutationModel::equal(0.1)) && lumpable(MutationModel::proportional(0.1)));
    assert!(!lumpable(MutationModel::stepwise(0.1, 0.0, 0.1)) && !lumpable(MutationModel::one_step(0.1)));
    assert!(!lumpable(MutationModel::dawid(0.1, 0.1)));
    let transformed =
        |model: Result<MutationModel>| lumpable(model.map(|m| m.transformed(Some(Transform::Barker))));
    assert!(transformed(MutationModel::proportional(0.1)) && !transformed(MutationModel::equal(0.1)));
    let (equal, steps) = (MutationModel::equal(0.1).unwrap(), MutationModel::one_step(0.1).unwrap());
    assert!(
        Mutation::from(equal).is_always_lumpable() && !Mutation::by_sex(equal, steps).is_always_lumpable()
    );
}

#[test]
fn written_and_read_back() {
    let models = [
        MutationModel::equal(0.1),
        MutationModel::proportional(0.002),
        MutationModel::stepwise(0.002, 1e-6, 0.1),
        MutationModel::one_step(0.001),
        MutationModel::dawid(0.001, 0.3),
    ];
    let all = "MH BA PR PM".split(' ').map(|name| Some(name.parse().unwrap())).chain([None]);
    for (model, transform) in
        models.into_iter().flat_map(|m| all.clone().map(move |t| (m.as_ref().unwrap().to_owned(), t)))
    {
        let model = model.transformed(transform);
        let json = serde_json::to_string(&model).unwrap();
        assert_eq!(serde_json::from_str::<MutationModel>(&json).unwrap(), model, "{json}");
        let mutation = Mutation::by_sex(model, model.transformed(None));
        let text = toml::to_string(&mutation).unwrap();
        assert_eq!(toml::from_str::<Mutation>(&text).unwrap(), mutation, "{text}");
    }
    let model =
        MutationModel::stepwise(0.002, 1e-6, 0.1).unwrap().transformed(Some(Transform::PreservedRate));
    assert_eq!(
        serde_json::to_string(&model).unwrap(),
        r#"{"model":"stepwise","rate":0.002,"rate2":1e-6,"range":0.1,"transform":"PR"}"#
    );
}

#[test]
fn what_was_written_wrong_is_named() {
    let said = |json: &str| serde_json::from_str::<MutationModel>(json).unwrap_err().to_string();
    let cases = [
        (r#"{"model":"equal","rate":2}"#, "mutation model equal: rate is 2, expected 0 to 1"),
        (
            r#"{"model":"stepwise","rate":0.1,"range":0.1}"#,
            "mutation model stepwise: rate2 is missing, expected a number",
        ),
        (r#"{"model":"dawid","rate":0.1}"#, "mutation model dawid: range is missing, expected a number"),
        (
            r#"{"model":"equal","rate":0.1,"rate2":0}"#,
            "mutation model equal: rate2 is 0, expected none: the model has no such number",
        ),
        (r#"{"model":"equal","rate":0.1,"speed":1}"#, "unknown field `speed`"),
        (r#"{"model":"random","rate":0.1}"#, "unknown variant `random`"),
        (r#"{"model":"equal","rate":0.1,"transform":"XX"}"#, "unknown variant `XX`"),
    ];
    for (json, expected) in cases {
        assert!(said(json).starts_with(expected), "{json}: {}", said(json));
    }
}
