//! Session descriptions, ICE, DTLS, and PeerConnections.

use crate::{
    Jsep,
    wire::{shapes, words},
};

words! {
    /// Who a session description is of.
    pub enum Owner {
        /// Janus has sent it.
        Local = "local",
        /// The client has sent it.
        Remote = "remote",
    }
}

words! {
    /// What became of a PeerConnection.
    pub enum PeerConnectionWord {
        /// Media can flow.
        WebrtcUp = "webrtcup",
        /// It has ended.
        Hangup = "hangup",
    }
}

shapes! {
    /// A session description was received or sent.
    JsepEvent {
        /// Whose it is.
        owner: Owner,
        /// The session description. `Debug` gives its length.
        jsep: Jsep,
    }

    /// ICE has changed its state.
    IceState {
        /// `gathering`, `connecting`, `connected`, `ready`, `failed` ..
        ice: String,
        /// Always 1.
        stream_id: u64,
        /// Always 1.
        component_id: u64,
    }

    /// A candidate was found by Janus or sent by the client.
    CandidateEvent {
        /// The line of one that Janus has found.
        local "local-candidate": Option<String>,
        /// The line of one that the client has sent.
        remote "remote-candidate": Option<String>,
        /// Always 1.
        stream_id: u64,
        /// Always 1.
        component_id: u64,
    }

    /// ICE has chosen a pair of candidates.
    SelectedPair {
        /// The pair in one line: `local <-> remote`.
        pair "selected-pair": String,
        /// The same as two candidates.
        candidates: Option<CandidatePair>,
        /// Always 1.
        stream_id: u64,
        /// Always 1.
        component_id: u64,
    }

    /// The two candidates of a pair.
    CandidatePair {
        /// Janus's.
        local: Option<PairCandidate>,
        /// The client's.
        remote: Option<PairCandidate>,
    }

    /// A candidate of a pair.
    PairCandidate {
        /// Its address.
        address: String,
        /// Its port.
        port: u16,
        /// `host`, `srflx`, `prflx` or `relay`.
        kind "type": String,
        /// `udp` or `tcp`.
        transport: String,
        /// `ipv4` or `ipv6`.
        family: String,
    }

    /// DTLS has changed its state.
    DtlsState {
        /// `created`, `trying`, `connected` or `failed`.
        dtls: String,
        /// Always 1.
        stream_id: u64,
        /// Always 1.
        component_id: u64,
        /// How often handshake messages were sent again.
        retransmissions: u64,
    }

    /// A PeerConnection is up, or has ended.
    PeerConnection {
        /// Which of both.
        connection: PeerConnectionWord,
        /// Why it has ended: `Close PC`, `DTLS alert`, `ICE failed` ..
        reason: Option<String>,
    }
}
