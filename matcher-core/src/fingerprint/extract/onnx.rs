//! Weights of a network from a file of the ONNX format: tensors by name, or by the node that they are a constant of.
//!
//! The network itself is written in Rust (`network.rs`); of the graph, only names are read. So a file can
//! say nothing that runs, and what is not as expected is an error that names it.
//!
//! # References
//! ONNX, Open Neural Network Exchange, `onnx.proto3` (field numbers).

use crate::error::{Error, Result};
use prost::Message;
use std::collections::HashMap;

/// The largest file taken, in bytes: ten times the only one known.
pub(super) const MAX_BYTES: usize = 40 << 20;

#[derive(Clone, PartialEq, Message)]
struct ModelProto {
    #[prost(message, optional, tag = "7")]
    graph: Option<GraphProto>,
}

#[derive(Clone, PartialEq, Message)]
struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    node: Vec<NodeProto>,
    #[prost(message, repeated, tag = "5")]
    initializer: Vec<TensorProto>,
}

#[derive(Clone, PartialEq, Message)]
struct NodeProto {
    #[prost(string, repeated, tag = "1")]
    input: Vec<String>,
    #[prost(string, tag = "3")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct TensorProto {
    #[prost(int64, repeated, tag = "1")]
    dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    data_type: i32,
    #[prost(float, repeated, tag = "4")]
    float_data: Vec<f32>,
    #[prost(string, tag = "8")]
    name: String,
    #[prost(bytes = "vec", tag = "9")]
    raw_data: Vec<u8>,
}

/// The number by which the format says that a tensor holds floats of 32 bits.
const FLOAT: i32 = 1;

/// The tensors of a file.
pub(super) struct Tensors {
    values: HashMap<String, Vec<f32>>,
    /// The first constant that a node takes.
    constants: HashMap<String, String>,
}

impl Tensors {
    /// Reads a file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_BYTES {
            let expected = format!("at most {MAX_BYTES}: no model of this network is larger");
            return Err(Error::invalid("model", "length", format!("{} bytes", bytes.len()), expected));
        }
        let no_model = |what: String| Error::invalid("model", "file", what, "a network in the ONNX format");
        let model = ModelProto::decode(bytes).map_err(|error| no_model(error.to_string()))?;
        let graph = model.graph.ok_or_else(|| no_model("without a graph".to_owned()))?;
        let mut values = HashMap::new();
        for tensor in graph.initializer {
            if tensor.data_type == FLOAT {
                values.insert(tensor.name.clone(), floats(&tensor)?);
            }
        }
        let constant = |node: NodeProto| {
            let constant = node.input.into_iter().find(|input| values.contains_key(input))?;
            Some((node.name, constant))
        };
        let constants = graph.node.into_iter().filter_map(constant).collect();
        Ok(Self { values, constants })
    }

    /// The first tensor that is there among some names (of tensors, or of nodes that take it), `count` floats long.
    pub(super) fn get(&self, names: &[String], count: usize) -> Result<&[f32]> {
        let by_name = |name: &String| self.values.get(name);
        let by_node = |name: &String| self.constants.get(name).and_then(by_name);
        let found = names.iter().find_map(|name| by_name(name).or_else(|| by_node(name)));
        let first = || names.first().cloned().unwrap_or_default();
        let found = found.ok_or_else(|| {
            Error::invalid(
                "model",
                format!("tensor {:?}", first()),
                "missing",
                "a network of LEADER's layers",
            )
        })?;
        if found.len() != count || found.iter().any(|value| !value.is_finite()) {
            let what = if found.len() == count {
                "not finite".to_owned()
            } else {
                format!("{} floats", found.len())
            };
            return Err(Error::invalid(
                "model",
                format!("tensor {:?}", first()),
                what,
                format!("{count} floats"),
            ));
        }
        Ok(found)
    }
}

/// The numbers of a tensor; so many as its dimensions say.
fn floats(tensor: &TensorProto) -> Result<Vec<f32>> {
    let of_bytes = |bytes: &[u8]| {
        let number = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        bytes.chunks_exact(4).map(number).collect::<Vec<f32>>()
    };
    let values =
        if tensor.raw_data.is_empty() { tensor.float_data.clone() } else { of_bytes(&tensor.raw_data) };
    let stated = tensor.dims.iter().try_fold(1_i64, |product, &dim| product.checked_mul(dim));
    if stated != i64::try_from(values.len()).ok() {
        let expected = format!("as many as its dimensions {:?} say", tensor.dims);
        let field = format!("tensor {:?}", tensor.name);
        return Err(Error::invalid("model", field, format!("{} floats", values.len()), expected));
    }
    Ok(values)
}
