// SPDX-License-Identifier: Apache-2.0
//
// output-rust: appends each alert's line to a file. It needs rustc and nothing else: the structs below are those of
// falco/plugin.h that an output touches, with the same members in the same order.
use std::ffi::{c_void, CStr};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;

const MAGIC: u32 = 0x434c4146;
const KIND_OUTPUT: u32 = 3;
const OK: i32 = 0;
const ERR_CONFIG: i32 = -1;
const ERR_RETRY: i32 = -2;
const ERR_FATAL: i32 = -3;

#[repr(C)]
struct Str {
    data: *const u8,
    size: usize,
}

#[repr(C)]
struct Error {
    status: i32,
    message: [u8; 508],
}

#[repr(C)]
struct Alert {
    struct_size: u32,
    priority: i32,
    time_ns: u64,
    sequence: u64,
    id: *const c_char,
    rule: *const c_char,
    source: *const c_char,
    hostname: *const c_char,
    tags: *const *const c_char,
    line: Str,
    message: Str,
    fields: *const c_void,
    field_count: u32,
    reserved: u32,
}

type Create = unsafe extern "C" fn(*const c_void, *const c_char, *mut Error) -> *mut Output;
type WriteOne = unsafe extern "C" fn(*mut Output, *const Alert, *mut Error) -> i32;
type Destroy = unsafe extern "C" fn(*mut Output);
type Act = unsafe extern "C" fn(*mut Output, *mut Error) -> i32;

#[repr(C)]
struct OutputOps {
    struct_size: u32,
    flags: u32,
    create: Create,
    write: WriteOne,
    destroy: Destroy,
    write_batch: *const c_void,
    flush: Option<Act>,
    reopen: Option<Act>,
    metrics: *const c_void,
}

#[repr(C)]
pub struct Plugin {
    magic: u32,
    struct_size: u32,
    abi_major: u32,
    abi_minor: u32,
    kind: u32,
    flags: u32,
    name: *const u8,
    version: *const u8,
    description: *const u8,
    contact: *const u8,
    config_schema: *const u8,
    source: *const c_void,
    matcher: *const c_void,
    output: *const OutputOps,
    tap: *const c_void,
    tool: *const c_void,
}

// Tables are data that nobody changes.
unsafe impl Sync for OutputOps {}
unsafe impl Sync for Plugin {}

pub struct Output {
    path: String,
    file: File,
}

fn open(path: &str) -> std::io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// The text between the last two quotes: one string that needs no escapes, as the schema says.
fn last_string(config: &str) -> Option<&str> {
    config.rsplit('"').nth(1)
}

unsafe fn fail(err: *mut Error, status: i32, message: &str) -> i32 {
    let err = &mut *err;
    let size = message.len().min(err.message.len() - 1);
    err.message[..size].copy_from_slice(&message.as_bytes()[..size]);
    err.message[size] = 0;
    err.status = status;
    status
}

/// Nothing unwinds through the boundary: a panic becomes a status.
unsafe fn guarded<T>(err: *mut Error, failed: T, body: impl FnOnce() -> Result<T, (i32, String)>, status: impl Fn(i32) -> T) -> T {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => value,
        Ok(Err((code, message))) => status(fail(err, code, &message)),
        Err(_) => {
            fail(err, ERR_FATAL, "the plugin panicked");
            failed
        }
    }
}

unsafe extern "C" fn create(_host: *const c_void, config: *const c_char, err: *mut Error) -> *mut Output {
    guarded(
        err,
        ptr::null_mut(),
        || {
            let config = CStr::from_ptr(config).to_string_lossy();
            let path = last_string(&config).ok_or((ERR_CONFIG, "there is no path".to_string()))?;
            let file = open(path).map_err(|e| (ERR_CONFIG, format!("{}: {}", path, e)))?;
            Ok(Box::into_raw(Box::new(Output { path: path.to_string(), file })))
        },
        |_| ptr::null_mut(),
    )
}

unsafe extern "C" fn write(output: *mut Output, alert: *const Alert, err: *mut Error) -> i32 {
    guarded(
        err,
        ERR_FATAL,
        || {
            let output = &mut *output;
            let line = &(*alert).line;
            let mut text = Vec::with_capacity(line.size + 1);
            if line.size > 0 {
                text.extend_from_slice(std::slice::from_raw_parts(line.data, line.size));
            }
            text.push(b'\n');
            output.file.write_all(&text).map_err(|e| (ERR_RETRY, format!("{}: {}", output.path, e)))?;
            Ok(OK)
        },
        |code| code,
    )
}

unsafe extern "C" fn reopen(output: *mut Output, err: *mut Error) -> i32 {
    guarded(
        err,
        ERR_FATAL,
        || {
            let output = &mut *output;
            output.file = open(&output.path).map_err(|e| (ERR_RETRY, format!("{}: {}", output.path, e)))?;
            Ok(OK)
        },
        |code| code,
    )
}

unsafe extern "C" fn destroy(output: *mut Output) {
    drop(Box::from_raw(output));
}

static OPS: OutputOps = OutputOps {
    struct_size: std::mem::size_of::<OutputOps>() as u32,
    flags: 0,
    create,
    write,
    destroy,
    write_batch: ptr::null(),
    flush: None,
    reopen: Some(reopen),
    metrics: ptr::null(),
};

#[no_mangle]
pub static falco_plugin_entry: Plugin = Plugin {
    magic: MAGIC,
    struct_size: std::mem::size_of::<Plugin>() as u32,
    abi_major: 1,
    abi_minor: 0,
    kind: KIND_OUTPUT,
    flags: 0,
    name: b"rust\0".as_ptr(),
    version: b"1.0.0\0".as_ptr(),
    description: b"appends alerts to a file, written in Rust\0".as_ptr(),
    contact: ptr::null(),
    config_schema: b"{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"path\"], \"properties\": {\"path\": {\"type\": \"string\", \"pattern\": \"^/[A-Za-z0-9/._-]+$\", \"description\": \"absolute path of the file\"}}}\0".as_ptr(),
    source: ptr::null(),
    matcher: ptr::null(),
    output: &OPS,
    tap: ptr::null(),
    tool: ptr::null(),
};
