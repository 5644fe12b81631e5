//! What a cluster needs to keep accounts: MariaDB and slurmdbd.

use std::path::Path;
use std::process::Stdio;

use super::{Cluster, write_private};

pub const PROGRAMS: [&str; 6] = ["slurmdbd", "mariadbd", "mariadb", "mariadb-install-db", "sacct", "sacctmgr"];

/// Writes the configurations of both; the lines for slurm.conf.
pub fn configure(folder: &Path, port: u16, sql_port: u16) -> String {
    let path = folder.display();
    let common = format!("AuthType=auth/munge\nAuthInfo=socket={path}/munge.sock\nSlurmUser=root\n");
    write_private(
        &folder.join("slurmdbd.conf"),
        &format!(
            "{common}DbdHost=localhost\nDbdAddr=127.0.0.1\nDbdPort={port}\nPidFile={path}/slurmdbd.pid\nDebugLevel=info\n\
             StorageType=accounting_storage/mysql\nStorageHost=127.0.0.1\nStoragePort={sql_port}\nStorageUser=slurm\n\
             StoragePass=slurm\nStorageLoc=slurm_acct_db\n"
        ),
        0o600,
    );
    write_private(
        &folder.join("mariadb.conf"),
        &format!(
            "[mariadbd]\nuser=root\ndatadir={path}/db\nsocket={path}/mysql.sock\npid-file={path}/mariadbd.pid\n\
             bind-address=127.0.0.1\nport={sql_port}\ninnodb-buffer-pool-size=64M\ninnodb-flush-log-at-trx-commit=0\n\
             innodb-flush-method=nosync\ninnodb-lock-wait-timeout=900\n"
        ),
        0o644,
    );
    format!(
        "AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=127.0.0.1\n\
         AccountingStoragePort={port}\nAccountingStoragePass={path}/munge.sock\nAccountingStorageEnforce=limits,qos\n"
    )
}

/// Starts both, with an account and a user `root` that may use the qualities of service `normal` and `narrow`.
pub fn start(cluster: &Cluster) {
    let folder = cluster.folder().to_owned();
    let data = format!("--datadir={}/db", folder.display());
    cluster.say(
        "mariadb-install-db",
        [
            "--no-defaults",
            "--user=root",
            &data,
            "--skip-test-db",
            "--auth-root-authentication-method=socket",
            "--auth-root-socket-user=root",
        ],
    );
    cluster.tell("start mariadbd");
    let socket = folder.join("mysql.sock");
    let sql = |text: &str| {
        let mut command = cluster.command("mariadb");
        command.args(["--no-defaults", "-u", "root", "-S"]).arg(&socket).args(["-e", text]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    cluster.wait("mariadbd", || sql("select 1"));
    let grants = "create database slurm_acct_db; create user slurm@'127.0.0.1' identified by 'slurm'; \
                  create user slurm@localhost identified by 'slurm'; \
                  grant all on slurm_acct_db.* to slurm@'127.0.0.1'; grant all on slurm_acct_db.* to slurm@localhost;";
    assert!(sql(grants), "{}", cluster.logs());
    cluster.tell("start slurmdbd");
    let answers = || cluster.command("sacctmgr").args(["-n", "show", "cluster"]).output().unwrap().status.success();
    cluster.wait("slurmdbd", answers);
    for what in [
        "add cluster test",
        "add qos narrow MaxSubmitJobsPerUser=4",
        "add account lab",
        "add user root account=lab qos=normal,narrow defaultqos=normal",
    ] {
        cluster.say("sacctmgr", ["-i"].into_iter().chain(what.split(' ')));
    }
}
